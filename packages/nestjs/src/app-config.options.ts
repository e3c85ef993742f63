/**
 * The options of the module, and its injection tokens.
 *
 * Tokens are registered symbols and every injection names its token: so it works without decorator metadata,
 * and with a second copy of this code (one imported, one required).
 *
 * @module
 */
import type { AppConfigOptions, RequestLike, ResolvedTenant } from '@appconfig-kit/core'
import type { AdapterOptions } from '@appconfig-kit/core/adapter'

/** Token of the {@link AppConfigModuleOptions}. */
export const APP_CONFIG_OPTIONS: symbol = Symbol.for('appconfig-kit.nestjs.options')
/** Token of the `AppConfigClient` of the module. */
export const APP_CONFIG_CLIENT: symbol = Symbol.for('appconfig-kit.nestjs.client')
/** Token of `HostConfigs`, for the module's own parts. */
export const HOST_CONFIGS: symbol = Symbol.for('appconfig-kit.nestjs.host-configs')
/** Token of `HttpSetup`. */
export const HTTP_SETUP: symbol = Symbol.for('appconfig-kit.nestjs.http-setup')
/** Token of `GlobalParts`: the module's global guard and interceptor. */
export const GLOBAL_PARTS: symbol = Symbol.for('appconfig-kit.nestjs.global-parts')

/**
 * A request of Express or Fastify. Give a narrower type, with what your guards add: `tenant: (req: MyRequest)
 * => …`.
 */
export interface NestRequest extends RequestLike {
  readonly [key: string]: unknown
}

/**
 * A message: anything but an HTTP request that has a tenant. It is decided for each message, not for each
 * connection.
 */
export interface AppConfigMessage {
  /**
   * A microservice's message or event, a WebSocket's, the call of a GraphQL subscription's resolver, or an
   * operation of GraphQL whose context holds no request.
   */
  readonly type: 'rpc' | 'ws' | 'subscription' | 'graphql'
  /** The payload; in GraphQL, the arguments. */
  readonly data: unknown
  /** The transport's context, the WebSocket client, the GraphQL context. */
  readonly context: unknown
}

/** The option `schema`. */
export type ConfigSchema = AppConfigOptions['schema']

/** Core's options, or a client made before, plus `tenant`, `context`, `skip` and `messageTenant`. */
export type AppConfigModuleOptions<
  Request = NestRequest,
  Schema extends ConfigSchema = ConfigSchema,
> = AdapterOptions<Request, Schema> & {
  /**
   * The tenant of a message. Without this option, messages get the layers that need no tenant; if some layer
   * needs one, they get an error.
   */
  readonly messageTenant?: (message: AppConfigMessage) => ResolvedTenant | Promise<ResolvedTenant>
}
