/**
 * A health indicator for @nestjs/terminus.
 *
 * @module
 */
import type { AppConfigClient, Health } from '@appconfig-kit/core'

/** The result of the indicator, under its key. */
export type AppConfigHealthResult<Key extends string = string> = {
  readonly [Name in Key]: { readonly status: 'up' | 'down' } & {
    readonly configuration: Health['status']
    readonly documents: Health['documents']
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
    const result = { status: status === 'unavailable' ? 'down' : 'up', configuration: status, documents }
    return { [key]: result } as AppConfigHealthResult<Key>
  }
}
