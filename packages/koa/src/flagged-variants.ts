/**
 * Routes by variant: one middleware for each variant of a flag.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import { type HandlerList, readVariantHandlers, type VariantOptions } from '@appconfig-kit/core/adapter'
import type { Middleware } from 'koa'
import compose from 'koa-compose'

/**
 * Runs the middleware of the variant this request has, chosen once per request. A request without a variant
 * gets the first listed.
 *
 * @param options.otherwise middleware for a variant that is not listed. Without it the first listed runs,
 * with a warning, once for each variant.
 * @param options.treatments which listed variant each treatment of an experiment gets.
 * @example
 * router.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 * router.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout },
 *   { treatments: { c: 'control', t1: 'oneClick' } }))
 */
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, HandlerList<Middleware>>>,
  options?: VariantOptions<HandlerList<Middleware>, VariantName<Flag>>,
): Middleware {
  const middlewareFor = readVariantHandlers<Middleware, Middleware>(flag, handlers, compose, options)
  return function flaggedVariantsMiddleware(ctx, next) {
    return middlewareFor(ctx.req)(ctx, next)
  }
}
