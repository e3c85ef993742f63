/**
 * What is injected: the request's configuration, and any tenant's.
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

/** Injectable anywhere; a singleton that knows which request it is asked for. */
export class AppConfigService {
  readonly client: AppConfigClient
  readonly #configs: HostConfigs

  constructor(configs: HostConfigs) {
    this.client = configs.client
    this.#configs = configs
  }

  /**
   * The configuration of the request or message being worked on, out of async context.
   *
   * @throws {WiringError} `CONTEXT_MISSING` outside of one, or with `asyncContext: false`;
   * `TENANT_NOT_KNOWN_YET` before its tenant is known.
   */
  get config(): RegisteredConfig {
    return currentConfig()
  }

  /**
   * The configuration of a context, or of a request where there is no context yet, decided now if it was
   * not before: for middleware, guards and exception filters, which run before or outside of what decides
   * by itself. On Fastify, middleware has Node's request, and so has the tenant resolver then.
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

  /** A tenant's configuration, whoever's request this is: for jobs and administration. */
  resolve(tenant?: Tenant | string | null, options?: ResolveOptions): Promise<RegisteredConfig> {
    return this.client.resolve(tenant, options)
  }
}

function isHost(of: ArgumentsHost | NestRequest): of is ArgumentsHost {
  return typeof of.getArgs === 'function' && typeof of.switchToHttp === 'function'
}
