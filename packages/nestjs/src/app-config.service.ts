/**
 * The injectable service: the configuration of the current request, and of any tenant.
 *
 * @module
 */
import {
  type AppConfigClient,
  currentConfig,
  type DeepReadonly,
  type FlagKey,
  type IsEnabledOptions,
  isEnabled,
  type RegisteredConfig,
  type ResolveOptions,
  type Tenant,
  type VariantName,
  variantOf,
} from '@appconfig-kit/core'
import { configSeen, type Seen, valueSeen } from '@appconfig-kit/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

/**
 * The type asked for; the registered one where that tells as much, as for `unknown`, which TypeScript infers
 * for `app.get(AppConfigService)`.
 */
type Known<Config> = [RegisteredConfig] extends [Config] ? RegisteredConfig : DeepReadonly<Config>

/**
 * The configuration of the current request, and of any tenant. It is a singleton and injectable everywhere,
 * also in request-scoped and durable providers.
 *
 * @typeParam Config the type of the configuration. @default what `AppConfigKit.Register` declares
 */
export class AppConfigService<Config = RegisteredConfig> {
  readonly client: AppConfigClient<Known<Config>>
  readonly #configs: HostConfigs

  constructor(configs: HostConfigs) {
    // Which type the client's configurations have, only the application knows: that of its schema or of Register.
    this.client = configs.client as AppConfigClient<unknown> as AppConfigClient<Known<Config>>
    this.#configs = configs
  }

  /**
   * The configuration of the current request or message, from async context.
   *
   * @throws {WiringError} `CONTEXT_MISSING` outside of one, or with `asyncContext: false`;
   * `TENANT_NOT_KNOWN_YET` before its tenant is known.
   */
  get config(): Known<Config> {
    return currentConfig() as Known<Config>
  }

  /**
   * The value of one key of {@link config}; undefined for a key that is not there.
   *
   * @param key a key of the configuration itself: a dot in it has no meaning.
   * @throws as {@link config}.
   */
  get<Key extends keyof Known<Config> & string>(key: Key): Known<Config>[Key] {
    return valueSeen(this.config as Seen, key) as Known<Config>[Key]
  }

  /** Whether a flag is on for the request or message being worked on. @throws as {@link config}. */
  isEnabled(flag: FlagKey<Known<Config>>, options?: IsEnabledOptions): boolean {
    return isEnabled(this.config, flag, options)
  }

  /**
   * The name of the variant of a flag for the request or message being worked on; undefined for a flag
   * without any. @throws as {@link config}.
   */
  variantOf<Flag extends FlagKey<Known<Config>>>(flag: Flag): VariantName<Flag, Known<Config>> | undefined {
    return variantOf(this.config, flag) as VariantName<Flag, Known<Config>> | undefined
  }

  /**
   * The configuration of a context, or of a request where there is no context yet. It is decided now, if it
   * was not before. For middleware, guards and exception filters, which may run before the module's own
   * decision. On Fastify, middleware gets Node's request; then the tenant resolver gets that, too.
   *
   * @throws {AppConfigException} as `@Flag` does.
   */
  async configOf(of: ArgumentsHost | NestRequest): Promise<Known<Config>> {
    const asking = 'AppConfigService.configOf()'
    const seen = isHost(of) ? this.#configs.demand(of, asking) : this.#configs.demandOfRequest(of, asking)
    return configSeen(await seen) as Known<Config>
  }

  /**
   * The configuration of any tenant, for jobs and administration.
   *
   * @throws as {@link AppConfigClient.resolve}.
   */
  resolve(tenant?: Tenant | string | null, options?: ResolveOptions): Promise<Known<Config>> {
    return this.client.resolve(tenant, options)
  }
}

function isHost(of: ArgumentsHost | NestRequest): of is ArgumentsHost {
  return typeof of.getArgs === 'function' && typeof of.switchToHttp === 'function'
}
