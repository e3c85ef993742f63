/**
 * Koa adapter: the configuration of the tenant, on every request.
 *
 * This file decides when a request gets it (before your middleware) and where Koa code finds it
 * (`ctx.config`). Core decides which one, how fresh it is, and what happens without one.
 *
 * @module
 */
import type {
  AppConfigClient,
  AppConfigOptions,
  ConfigOf,
  FlagKey,
  RegisteredConfig,
} from '@appconfig-kit/core'
import {
  type AdapterOptions,
  attachConfig,
  configureRequests,
  flagOff,
  type GateOptions,
  type HandlerList,
  isEnabledFor,
  isPromise,
  type OldAndNew,
  readFlagged,
  readGate,
  runsNew,
  type Seen,
} from '@appconfig-kit/core/adapter'
import type { Context, Middleware, Next } from 'koa'
import compose from 'koa-compose'
import { flaggedShadow } from './flagged-shadow.ts'
import { flaggedVariants } from './flagged-variants.ts'

export * from '@appconfig-kit/core'
export type { GateOptions } from '@appconfig-kit/core/adapter'
export type { ChangeStreamOptions, OfrepHandlerOptions, OfrepOptions } from '@appconfig-kit/core/ofrep'
export { type OfrepMiddleware, ofrep } from './ofrep.ts'

declare module 'koa' {
  interface ExtendableContext {
    /** Set by {@link appConfig}: frozen, and the same object for the whole request. */
    config: RegisteredConfig
  }
}

/** Middleware, a router's `routes()`, or lists of them. */
export type Handlers = HandlerList<Middleware>

/** Core's options, or a client made before, plus `tenant`, `context` and `skip`, functions of `ctx`. */
export type AppConfigMiddlewareOptions<Schema extends ConfigSchema = ConfigSchema> = AdapterOptions<
  Context,
  Schema
>

type ConfigSchema = AppConfigOptions['schema']

/** The middleware, and the client behind it. */
export interface AppConfigMiddleware<Config = RegisteredConfig> extends Middleware {
  /** The client behind the middleware. */
  readonly client: AppConfigClient<Config>
  /** Closes the client. */
  close(): Promise<void>
}

/**
 * Puts the configuration of the request's tenant on `ctx.config`, and the same object on `ctx.req.config`.
 *
 * A request never reaches your middleware without one: a bad tenant (4xx) or no configuration (503,
 * `Retry-After`) goes to Koa's own error handling. Mounting it twice with one client is harmless.
 *
 * Missing options come from environment variables: see docs/getting-started.md.
 *
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 * @example
 * app.use(appConfig({ application: 'api', environment: 'prod-01', layers: ['default', (t) => `tenant-${t.id}`],
 *   source: direct(), tenant: (ctx) => ctx.state.user.tenant }))
 */
export function appConfig<Schema extends ConfigSchema = undefined>(
  options: AppConfigMiddlewareOptions<Schema> = {},
): AppConfigMiddleware<ConfigOf<Schema>> {
  const { client, configFor, run } = configureRequests<Context, Schema>(options, {
    keyOf: (ctx) => ctx.req,
  })

  // No async function: for a warm tenant there is nothing to wait for but what comes behind.
  function appConfigMiddleware(ctx: Context, next: Next): Promise<void> {
    try {
      const seen = configFor(ctx, ctx.res)
      return isPromise(seen) ? seen.then((later) => proceed(ctx, later, next)) : proceed(ctx, seen, next)
    } catch (error) {
      return Promise.reject(error)
    }
  }
  function proceed(ctx: Context, seen: Seen | undefined, next: Next): Promise<void> {
    if (seen !== undefined) {
      attachConfig(ctx, seen, sharedContext)
      attachConfig(ctx.req, seen)
    }
    return run(ctx, next)
  }
  return Object.assign(appConfigMiddleware, { client, close: () => client.close() })
}

/** What all contexts of an application inherit from. */
function sharedContext(ctx: Context): object | undefined {
  return ctx.app?.context
}

/**
 * The if-flag pattern as a route's middleware: `oldHandler` while the flag is off, `newHandler` while it is
 * on, decided once per request. Lists are composed; `next` continues behind the route. An unknown flag is
 * off.
 *
 * @example
 * router.get('/search', flagged('featureA', oldSearch, newSearch))
 * router.get('/search', flagged('featureA', { old: oldSearch, new: newSearch }))
 */
export function flagged(flag: FlagKey, oldHandler: Handlers, newHandler: Handlers): Middleware
/** The same, with both handlers by name. */
export function flagged(flag: FlagKey, handlers: OldAndNew<Middleware>): Middleware
export function flagged(
  flag: FlagKey,
  oldOrBoth: Handlers | OldAndNew<Middleware>,
  newHandler?: Handlers,
): Middleware {
  const { whenOff, whenOn } = readFlagged<Middleware>(flag, oldOrBoth, newHandler)
  const [oldMiddleware, newMiddleware] = [compose(whenOff), compose(whenOn)]
  const asking = `flagged(${flag})`
  return function flaggedMiddleware(ctx, next) {
    return (runsNew(ctx.req, flag, asking) ? newMiddleware : oldMiddleware)(ctx, next)
  }
}

/** What else the function has. */
export namespace flagged {
  /** A handler for each variant of a flag. */
  export const variants: typeof flaggedVariants = flaggedVariants
  /** The middleware of the other state, run beside the one that answers. */
  export const shadow: typeof flaggedShadow = flaggedShadow
}

/**
 * Lets a request pass only while the flag is on; otherwise nothing answers it, so Koa answers 404, as for a
 * path without a route. With `asError`, or another status, it throws an error into Koa's error handling.
 *
 * @example
 * router.use('/beta', requireFlag('beta'), betaRoutes)
 */
export function requireFlag(flag: FlagKey, options: GateOptions = {}): Middleware {
  const { status, isHidden } = readGate('requireFlag', flag, options)
  const asking = `requireFlag(${flag})`
  // No async function: there is nothing to wait for but what comes behind.
  return function requireFlagMiddleware(ctx, next): Promise<void> {
    try {
      if (isEnabledFor(ctx.req, flag, asking)) return next()
      return isHidden ? Promise.resolve() : Promise.reject(flagOff(flag, status))
    } catch (error) {
      return Promise.reject(error)
    }
  }
}
