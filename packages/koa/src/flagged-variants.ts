/**
 * Routes by variant: one middleware for each variant of a flag.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import { type HandlerList, readVariantHandlers } from '@appconfig-kit/core/adapter'
import type { Middleware } from 'koa'
import compose from 'koa-compose'

/**
 * Runs the middleware of the variant this request has, chosen once per request. A request without a
 * variant, or with one that is not listed, gets the first listed.
 *
 * @example
 * router.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 */
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, HandlerList<Middleware>>>,
): Middleware {
  const middlewareFor = readVariantHandlers<Middleware, Middleware>(flag, handlers, compose)
  return function flaggedVariantsMiddleware(ctx, next) {
    return middlewareFor(ctx.req)(ctx, next)
  }
}
