/**
 * Running handlers as a route of Express does: in order, nested lists flattened, error handlers on errors
 * only. A rejected promise is an error, also in Express 4, which ignores promises.
 *
 * Express's own `Route` and `Router` are not used: they handle `next('route')` themselves, which here must
 * leave the enclosing route, and in Express 4 a rejected promise would hang.
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
    // 'route' and 'router' leave the enclosing route or router, too: Express does that.
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
