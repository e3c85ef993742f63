/**
 * What the module is told, and the tokens its parts are injected by.
 *
 * Tokens are registered symbols and every injection names its token: neither decorator metadata nor
 * a second copy of this code (one imported, one required) makes a difference.
 *
 * @module
 */
import type { AppConfigOptions, RequestLike, ResolvedTenant } from '@appconfig-kit/core'
import type { AdapterOptions } from '@appconfig-kit/core/adapter'

/** An {@link AppConfigModuleOptions}, as it was given or made. */
export const APP_CONFIG_OPTIONS: symbol = Symbol.for('appconfig-kit.nestjs.options')
/** The `AppConfigClient` behind the module. */
export const APP_CONFIG_CLIENT: symbol = Symbol.for('appconfig-kit.nestjs.client')
/** Decides for contexts of every kind; for the module's own parts. */
export const HOST_CONFIGS: symbol = Symbol.for('appconfig-kit.nestjs.host-configs')
/** What is done once for an application that serves HTTP. */
export const HTTP_SETUP: symbol = Symbol.for('appconfig-kit.nestjs.http-setup')
/** Our guard and interceptor that run for everything, where Nest lets them. */
export const GLOBAL_PARTS: symbol = Symbol.for('appconfig-kit.nestjs.global-parts')

/** Express's or Fastify's request. Say which, and what your guards add: `tenant: (req: MyRequest) => …`. */
export interface NestRequest extends RequestLike {
  readonly [key: string]: unknown
}

/** What is no HTTP request, but has a tenant of its own: decided per message, not per connection. */
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

/** Core's options, or a client made before, plus whose a request or a message is. */
export type AppConfigModuleOptions<
  Request = NestRequest,
  Schema extends ConfigSchema = ConfigSchema,
> = AdapterOptions<Request, Schema> & {
  /**
   * Whose a message is. Without it, messages get the layers that need no tenant, or, if there is a layer
   * that needs one, an error.
   */
  readonly messageTenant?: (message: AppConfigMessage) => ResolvedTenant | Promise<ResolvedTenant>
}
