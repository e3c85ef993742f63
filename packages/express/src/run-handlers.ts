/**
 * Running handlers the way Express runs a route's: in order, lists within lists, error handlers only
 * on errors; a rejected promise is an error, also under Express 4, which does not know promises.
 *
 * Express's own `Route` and `Router` would keep `next('route')` to themselves, which here leaves the route
 * around, and in Express 4 let a rejected promise hang.
 *
 * @module
 */
import { type HandlerList, isPromise } from '@appconfig-kit/core/adapter'
import type { ErrorRequestHandler, NextFunction, Request, RequestHandler, Response } from 'express'

/** A handler of a route, or an error handler. */
export type Handler = RequestHandler | ErrorRequestHandler
/** A handler, a router, or lists of them, as `app.get` takes them. */
export type Handlers = HandlerList<Handler>

/**
 * Runs handlers in order, then `done`: without an argument, or with an error that none of them has handled.
 */
export function runHandlers(
  handlers: readonly Handler[],
  req: Request,
  res: Response,
  done: NextFunction,
): void {
  runFrom(0, undefined)

  function runFrom(position: number, error: unknown): void {
    const isError = Boolean(error)
    const at = handlers.findIndex((handler, index) => index >= position && handler.length > 3 === isError)
    const handler = handlers[at]
    // 'route' and 'router' leave more than these handlers: that is for Express to do.
    if (handler === undefined || error === 'route' || error === 'router') {
      done(error)
      return
    }
    const next = (failure?: unknown): void => runFrom(at + 1, failure)
    try {
      const result: unknown = isError
        ? (handler as ErrorRequestHandler)(error, req, res, next)
        : (handler as RequestHandler)(req, res, next)
      if (isPromise(result))
        void Promise.resolve(result).catch((reason: unknown) =>
          next(reason || new Error('a handler rejected without a reason')),
        )
    } catch (thrown) {
      next(thrown)
    }
  }
}
