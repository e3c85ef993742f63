/**
 * Routes by variant: one handler for each variant of a flag.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import { type HandlerList, readVariantHandlers } from '@appconfig-kit/core/adapter'
import type { RequestHandler } from 'express'
import { type Handler, type Handlers, runHandlers } from './run-handlers.ts'
import { mountable, restoring } from './sub-applications.ts'

/**
 * Runs the handler of the variant this request has, chosen once per request. A request without a variant,
 * or with one that is not listed, gets the first listed.
 *
 * @example
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 */
// Without error handlers first: only then can the parameters of a handler written in place be inferred.
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, HandlerList<RequestHandler>>>,
): RequestHandler
export function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, Handlers>>,
): RequestHandler
export function flaggedVariants(flag: string, handlers: Readonly<Record<string, Handlers>>): RequestHandler {
  const all: Handler[] = []
  const handlersFor = readVariantHandlers<Handler, Handler[]>(flag, handlers, (list) => {
    all.push(...list)
    return list.map(restoring)
  })
  return mountable(function flaggedVariantsHandler(req, res, next) {
    runHandlers(handlersFor(req), req, res, next)
  }, all)
}
