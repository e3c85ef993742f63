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
  const only = handlers[0]
  // Most routes have one handler. It needs no `next` of its own.
  if (handlers.length === 1 && only !== undefined && only.length <= 3) runOne(only, undefined, req, res, done)
  else runFrom(0, undefined, handlers, req, res, done)
}

function runFrom(
  position: number,
  error: unknown,
  handlers: readonly Handler[],
  req: Request,
  res: Response,
  done: NextFunction,
): void {
  const isError = Boolean(error)
  const at = handlers.findIndex((handler, index) => index >= position && handler.length > 3 === isError)
  const handler = handlers[at]
  // 'route' and 'router' leave the enclosing route or router, too: Express does that.
  if (handler === undefined || error === 'route' || error === 'router') done(error)
  else runOne(handler, error, req, res, (failure) => runFrom(at + 1, failure, handlers, req, res, done))
}

/** @param error that the handler is for; falsy for one that is none for errors. */
function runOne(
  handler: Handler,
  error: unknown,
  req: Request,
  res: Response,
  next: (failure?: unknown) => void,
): void {
  try {
    const result: unknown = error
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
