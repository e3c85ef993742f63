/**
 * The injectable service: the configuration of the current request, and of any tenant.
 *
 * @module
 */
import {
  type AppConfigClient,
  currentConfig,
  type FlagKey,
  type IsEnabledOptions,
  isEnabled,
  type RegisteredConfig,
  type ResolveOptions,
  type Tenant,
} from '@appconfig-kit/core'
import { configSeen } from '@appconfig-kit/core/adapter'
import type { ArgumentsHost } from '@nestjs/common'
import type { NestRequest } from './app-config.options.ts'
import type { HostConfigs } from './host-configs.ts'

/**
 * The configuration of the current request, and of any tenant. It is a singleton and injectable everywhere.
 */
export class AppConfigService {
  readonly client: AppConfigClient
  readonly #configs: HostConfigs

  constructor(configs: HostConfigs) {
    this.client = configs.client
    this.#configs = configs
  }

  /**
   * The configuration of the current request or message, from async context.
   *
   * @throws {WiringError} `CONTEXT_MISSING` outside of one, or with `asyncContext: false`;
   * `TENANT_NOT_KNOWN_YET` before its tenant is known.
   */
  get config(): RegisteredConfig {
    return currentConfig()
  }

  /**
   * The configuration of a context, or of a request where there is no context yet. It is decided now, if it
   * was not before. For middleware, guards and exception filters, which may run before the module's own
   * decision. On Fastify, middleware gets Node's request; then the tenant resolver gets that, too.
   *
   * @throws {AppConfigException} as `@Flag` does.
   */
  async configOf(of: ArgumentsHost | NestRequest): Promise<RegisteredConfig> {
    const asking = 'AppConfigService.configOf()'
    const seen = isHost(of) ? this.#configs.demand(of, asking) : this.#configs.demandOfRequest(of, asking)
    return configSeen(await seen) as RegisteredConfig
  }

  /** Whether a flag is on for the request or message being worked on. @throws as {@link config}. */
  isEnabled(flag: FlagKey, options?: IsEnabledOptions): boolean {
    return isEnabled(this.config, flag, options)
  }

  /**
   * The configuration of any tenant, for jobs and administration.
   *
   * @throws as {@link AppConfigClient.resolve}.
   */
  resolve(tenant?: Tenant | string | null, options?: ResolveOptions): Promise<RegisteredConfig> {
    return this.client.resolve(tenant, options)
  }
}

function isHost(of: ArgumentsHost | NestRequest): of is ArgumentsHost {
  return typeof of.getArgs === 'function' && typeof of.switchToHttp === 'function'
}
