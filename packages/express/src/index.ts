/**
 * Express adapter: the configuration of the tenant, on every request.
 *
 * This file decides when a request gets it (before your handlers) and where Express code finds it
 * (`req.config`). Core decides which one, how fresh it is, and what happens without one.
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
  expressShared,
  type HandlerList,
  isPromise,
  type OldAndNew,
  readFlagged,
  runsNew,
  type Seen,
} from '@appconfig-kit/core/adapter'
import type { NextFunction, Request, RequestHandler, Response } from 'express'
import { flaggedShadow } from './flagged-shadow.ts'
import { flaggedVariants } from './flagged-variants.ts'
import { type Handler, type Handlers, runHandlers } from './run-handlers.ts'
import { mountable, restoring } from './sub-applications.ts'

export * from '@appconfig-kit/core'
export type { GateOptions } from '@appconfig-kit/core/adapter'
export type { ChangeStreamOptions, OfrepHandlerOptions, OfrepOptions } from '@appconfig-kit/core/ofrep'
export { type OfrepHandler, ofrep } from './ofrep.ts'
export { requireFlag } from './require-flag.ts'
export type { Handlers } from './run-handlers.ts'

declare global {
  namespace Express {
    interface Request {
      /** Set by {@link appConfig}: frozen, and the same object for the whole request. */
      config: RegisteredConfig
    }
  }
}

/** Core's options, or a client made before, plus `tenant`, `context` and `skip`. */
export type AppConfigMiddlewareOptions<Schema extends ConfigSchema = ConfigSchema> = AdapterOptions<
  Request,
  Schema
>

type Plain = HandlerList<RequestHandler>
type ConfigSchema = AppConfigOptions['schema']

/** The middleware, and the client behind it. */
export interface AppConfigMiddleware<Config = RegisteredConfig> extends RequestHandler {
  /** The client behind the middleware. */
  readonly client: AppConfigClient<Config>
  /** Closes the client. */
  close(): Promise<void>
}

/**
 * Puts the configuration of the request's tenant on `req.config`.
 *
 * A request never reaches your handlers without one: a bad tenant (4xx) or no configuration (503,
 * `Retry-After`) goes to Express's own error handling. Mounting it twice with one client is harmless.
 *
 * Missing options come from environment variables: see docs/getting-started.md.
 *
 * @throws {OptionsError} for wrong options: `OPTIONS_INVALID`, `SOURCE_NOT_CONFIGURED`.
 * @example
 * app.use(appConfig({ application: 'api', environment: 'prod-01', layers: ['default', (t) => `tenant-${t.id}`],
 *   source: direct(), tenant: (req) => req.auth.tenant }))
 */
export function appConfig<Schema extends ConfigSchema = undefined>(
  options: AppConfigMiddlewareOptions<Schema> = {},
): AppConfigMiddleware<ConfigOf<Schema>> {
  const { client, configFor, run } = configureRequests<Request, Schema>(options, { sharedOf: expressShared })

  function appConfigMiddleware(req: Request, res: Response, next: NextFunction): void {
    let seen: ReturnType<typeof configFor>
    try {
      seen = configFor(req, res)
      if (!isPromise(seen)) attach(req, seen)
    } catch (error) {
      next(error)
      return
    }
    if (isPromise(seen)) void seen.then((later) => attach(req, later)).then(() => run(req, next), next)
    else run(req, next)
  }
  return Object.assign(appConfigMiddleware, { client, close: () => client.close() })
}

function attach(req: Request, seen: Seen | undefined): void {
  if (seen !== undefined) attachConfig(req, seen, expressShared)
}

// Without error handlers first: only then can the parameters of a handler written in place be inferred.
/**
 * The if-flag pattern as a route's handler: `oldHandler` while the flag is off, `newHandler` while it
 * is on, decided once per request. Handlers may be lists, routers, and applications, which `app.use` mounts.
 * An unknown flag is off.
 *
 * @example
 * app.get('/search', flagged('featureA', oldSearch, newSearch))
 * app.get('/search', flagged('featureA', { old: oldSearch, new: newSearch }))
 */
export function flagged(flag: FlagKey, oldHandler: Plain, newHandler: Plain): RequestHandler
/** The same, with both handlers by name. */
export function flagged(flag: FlagKey, handlers: OldAndNew<RequestHandler>): RequestHandler
/** The same, with error handlers in the lists. */
export function flagged(flag: FlagKey, oldHandler: Handlers, newHandler: Handlers): RequestHandler
/** The same, with error handlers in the lists, by name. */
export function flagged(flag: FlagKey, handlers: OldAndNew<Handler>): RequestHandler
export function flagged(
  flag: FlagKey,
  oldOrBoth: Handlers | OldAndNew<Handler>,
  newHandler?: Handlers,
): RequestHandler {
  const { whenOff, whenOn } = readFlagged<Handler>(flag, oldOrBoth, newHandler)
  const [oldSide, newSide] = [whenOff.map(restoring), whenOn.map(restoring)]
  const asking = `flagged(${flag})`
  return mountable(
    function flaggedHandler(req, res, next) {
      runHandlers(runsNew(req, flag, asking) ? newSide : oldSide, req, res, next)
    },
    [...whenOff, ...whenOn],
  )
}

/** What else the function has. */
export namespace flagged {
  /** A handler for each variant of a flag. */
  export const variants: typeof flaggedVariants = flaggedVariants
  /** The handler of the other state, run beside the one that answers. */
  export const shadow: typeof flaggedShadow = flaggedShadow
}
