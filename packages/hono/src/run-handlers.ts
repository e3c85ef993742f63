/**
 * Running handlers as Hono does: in order, each with a `next` for what follows.
 *
 * @module
 */
import type { HandlerList } from '@appconfig-kit/core/adapter'
import type { Context, Handler, Next } from 'hono'

/** A handler or middleware, or lists of them. */
export type Handlers = HandlerList<Handler>

/** Runs handlers in order, then `next`. The first answer stands, as in a route. */
export async function runHandlers(
  handlers: readonly Handler[],
  c: Context,
  next: Next,
  position: number = 0,
): Promise<void> {
  const handler = handlers[position]
  if (handler === undefined) return next()
  const answer = await handler(c, () => runHandlers(handlers, c, next, position + 1))
  if (answer && !c.finalized) c.res = answer as Response
}
