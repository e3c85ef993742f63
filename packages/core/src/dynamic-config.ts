/**
 * One profile without tenants, always the newest.
 *
 * @module
 */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import type { AppConfigClient } from './client/app-config-client.ts'
import { createAppConfig } from './client/create-app-config.ts'
import { refuseUnknownOptions } from './options/known-options.ts'
import type { AppConfigOptions } from './options/options.ts'
import { OPTION_NAMES } from './options/parse-options.ts'
import type { ConfigOf } from './types.ts'

/**
 * Options of {@link dynamicConfig}: those of a client that concern one profile. @typeParam Schema as in
 * {@link AppConfigOptions}
 */
export interface DynamicConfigOptions<Schema extends StandardSchemaV1 | undefined>
  extends Pick<
    AppConfigOptions<Schema>,
    'application' | 'environment' | 'source' | 'schema' | 'defaults' | 'clock' | 'logger' | 'startTimeoutMs'
  > {
  /** The configuration profile, by name or id. */
  readonly profile: string
  /** Seconds between two polls, 15 to 86400. @default 60, and 15 for the Agent */
  readonly pollIntervalSeconds?: number
}

/** One configuration profile that is kept up to date. `on`, `health` and `close` are those of its client. */
export interface DynamicConfig<Config> extends Pick<AppConfigClient, 'on' | 'health' | 'close'> {
  /**
   * The newest content that was valid, frozen: another object after each deployment. After `close()`, the
   * last one.
   */
  readonly current: Config
}

/**
 * Loads one configuration profile and keeps it up to date. The content may be an object, a list, a text or a
 * number.
 *
 * @throws {UnavailableError} `CONFIG_UNAVAILABLE` when the first load fails, or takes longer than
 * `startTimeoutMs`. Later failures leave `current` as it is.
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 * @example
 * const config = await dynamicConfig({ application: 'api', environment: 'prod-01', profile: 'default', source: direct() })
 * generate({ temperature: config.current.temperature })
 */
export async function dynamicConfig<Schema extends StandardSchemaV1 | undefined = undefined>(
  given: DynamicConfigOptions<Schema>,
): Promise<DynamicConfig<ConfigOf<Schema>>> {
  // No request asks for `current`, which is read at once: only timers can refresh it.
  const names = OPTION_NAMES.filter((name) => name !== 'layers' && name !== 'refresh')
  refuseUnknownOptions('dynamicConfig()', given, ['profile', 'pollIntervalSeconds', ...names])
  const { profile, pollIntervalSeconds, ...options } = given
  const client = createAppConfig<Schema>({
    ...(options as AppConfigOptions<Schema>),
    layers: [{ profile, content: 'any', ...(pollIntervalSeconds !== undefined && { pollIntervalSeconds }) }],
  })
  try {
    await client.start()
  } catch (error) {
    await client.close()
    throw error
  }
  let last = client.peek() as ConfigOf<Schema>
  return {
    get current() {
      // After a freeze, or `close`, what is held is still the newest that is known.
      last = client.peek() ?? last
      return last
    },
    on: client.on,
    health: client.health,
    close: client.close,
  }
}
