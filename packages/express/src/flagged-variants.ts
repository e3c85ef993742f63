/**
 * Routes by variant: one handler for each variant of a flag.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import { readVariantHandlers } from '@appconfig-kit/core/adapter'
import type { RequestHandler } from 'express'
import { type Handler, type Handlers, runHandlers } from './run-handlers.ts'

/**
 * Runs the handler of the variant this request has, chosen once per request. A request without a variant,
 * or with one that is not listed, gets the first listed.
 *
 * @example
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 */
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, Handlers>>,
): RequestHandler {
  const handlersFor = readVariantHandlers<Handler, Handler[]>(flag, handlers, (list) => list)
  return function flaggedVariantsHandler(req, res, next) {
    runHandlers(handlersFor(req), req, res, next)
  }
}
