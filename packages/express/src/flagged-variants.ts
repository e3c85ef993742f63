/**
 * Routes by variant: one handler for each variant of a flag.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import { type HandlerList, readVariantHandlers, type VariantOptions } from '@appconfig-kit/core/adapter'
import type { RequestHandler } from 'express'
import { type Handler, type Handlers, runHandlers } from './run-handlers.ts'
import { mountable, restoring } from './sub-applications.ts'

// Without error handlers first: only then can the parameters of a handler written in place be inferred.
/**
 * Runs the handler of the variant this request has, chosen once per request. A request without a variant gets
 * the first listed.
 *
 * @param options.otherwise handlers for a variant that is not listed. Without them the first listed runs,
 * with a warning, once for each variant.
 * @param options.treatments which listed variant each treatment of an experiment gets.
 * @example
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout },
 *   { treatments: { c: 'control', t1: 'oneClick' } }))
 */
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, HandlerList<RequestHandler>>>,
  options?: VariantOptions<HandlerList<RequestHandler>, VariantName<Flag>>,
): RequestHandler
/** The same, with error handlers in the lists. */
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, Handlers>>,
  options?: VariantOptions<Handlers, VariantName<Flag>>,
): RequestHandler
export function flaggedVariants(
  flag: string,
  handlers: Readonly<Record<string, Handlers>>,
  options?: VariantOptions<Handlers>,
): RequestHandler {
  const all: Handler[] = []
  const prepare = (list: Handler[]): Handler[] => {
    all.push(...list)
    return list.map(restoring)
  }
  const handlersFor = readVariantHandlers<Handler, Handler[]>(flag, handlers, prepare, options)
  return mountable(function flaggedVariantsHandler(req, res, next) {
    runHandlers(handlersFor(req), req, res, next)
  }, all)
}
