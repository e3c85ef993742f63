/**
 * Handlers of a route by flag: some for each state of it, or for each variant.
 *
 * @module
 */
import type { FlagKey, VariantName } from '@appconfig-kit/core'
import {
  type OldAndNew,
  readFlagged,
  readVariantHandlers,
  runsNew,
  type VariantOptions,
} from '@appconfig-kit/core/adapter'
import type { Handler, MiddlewareHandler } from 'hono'
import { flaggedShadow } from './flagged-shadow.ts'
import { type Handlers, runHandlers } from './run-handlers.ts'

/**
 * The if-flag pattern as a route's handler: `oldHandler` while the flag is off, `newHandler` while it is on,
 * decided once per request. `next` continues behind the route. An unknown flag is off.
 *
 * @example
 * app.get('/search', flagged('featureA', oldSearch, newSearch))
 * app.get('/search', flagged('featureA', { old: oldSearch, new: newSearch }))
 */
export function flagged(flag: FlagKey, oldHandler: Handlers, newHandler: Handlers): MiddlewareHandler
/** The same, with both handlers by name. */
export function flagged(flag: FlagKey, handlers: OldAndNew<Handler>): MiddlewareHandler
export function flagged(
  flag: FlagKey,
  oldOrBoth: Handlers | OldAndNew<Handler>,
  newHandler?: Handlers,
): MiddlewareHandler {
  const { whenOff, whenOn } = readFlagged<Handler>(flag, oldOrBoth, newHandler)
  return async function flaggedHandler(c, next) {
    await runHandlers(runsNew(c.req.raw, flag, `flagged(${flag})`) ? whenOn : whenOff, c, next)
  }
}

/**
 * Runs the handlers of the variant this request has, chosen once per request. A request without a variant
 * gets the first listed.
 *
 * @param options.otherwise handlers for a variant that is not listed. Without them the first listed runs,
 * with a warning, once for each variant.
 * @param options.treatments which listed variant each treatment of an experiment gets.
 * @example
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 */
function flaggedVariants<Flag extends FlagKey>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, Handlers>>,
  options?: VariantOptions<Handlers, VariantName<Flag>>,
): MiddlewareHandler {
  const handlersFor = readVariantHandlers<Handler, Handler[]>(flag, handlers, (list) => list, options)
  return async function flaggedVariantsHandler(c, next) {
    await runHandlers(handlersFor(c.req.raw), c, next)
  }
}

/** What else the function has. */
export namespace flagged {
  /** A handler for each variant of a flag. */
  export const variants: typeof flaggedVariants = flaggedVariants
  /** The handlers of the other state, run beside those that answer. */
  export const shadow: typeof flaggedShadow = flaggedShadow
}
