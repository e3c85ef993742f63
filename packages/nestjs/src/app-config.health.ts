/**
 * A health indicator for @nestjs/terminus.
 *
 * @module
 */
import type { AppConfigClient, Health } from '@appconfig-kit/core'

/** The number of documents in each state. */
type Counts = Readonly<Partial<Record<Health['documents'][number]['status'], number>>>

/** The result of the indicator, under its key: an answer to whoever may ask, so it holds no names. */
export type AppConfigHealthResult<Key extends string = string> = {
  readonly [Name in Key]: { readonly status: 'up' | 'down' } & {
    readonly configuration: Health['status']
    /** The documents that `health()` lists, counted by state. */
    readonly documents: Counts
  }
}

/**
 * The health indicator of the configuration: for readiness checks, never for liveness checks, because a
 * restart repairs nothing.
 *
 * @example
 * @Get('ready') @HealthCheck()
 * ready() { return this.health.check([() => this.appConfig.isHealthy()]) }
 */
export class AppConfigHealthIndicator {
  readonly #client: AppConfigClient

  constructor(client: AppConfigClient) {
    this.#client = client
  }

  /**
   * `down` only while a document that all tenants need was never read; an old configuration is still served.
   */
  isHealthy<const Key extends string = 'appconfig'>(
    key: Key = 'appconfig' as Key,
  ): AppConfigHealthResult<Key> {
    const { status, documents } = this.#client.health()
    const result = {
      status: status === 'unavailable' ? 'down' : 'up',
      configuration: status,
      documents: countByStatus(documents),
    }
    return { [key]: result } as AppConfigHealthResult<Key>
  }
}

function countByStatus(documents: Health['documents']): Counts {
  const counts: { -readonly [Status in keyof Counts]: Counts[Status] } = {}
  for (const { status } of documents) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
