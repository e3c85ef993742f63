/**
 * Handlers of a route by flag: one for each state of it, or for each variant.
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
import type { RouteHandlerMethod } from 'fastify'
import { answerably } from './answerable-error.ts'
import { flaggedShadow } from './flagged-shadow.ts'
import { type Callable, type Handler, onlyHandler } from './handlers.ts'

/**
 * The if-flag pattern as a route's handler: `oldHandler` while the flag is off, `newHandler` while it is on,
 * decided once per request. Both have the types of the route. An unknown flag is off.
 *
 * @example
 * app.get('/search', flagged('featureA', oldSearch, newSearch))
 * app.post('/search', flagged('featureA', { old: oldSearch, new: newSearch }))
 */
export function flagged<Route extends Handler = RouteHandlerMethod>(
  flag: FlagKey,
  oldHandler: NoInfer<Route>,
  newHandler: NoInfer<Route>,
): Route
/** The same, with both handlers by name. */
export function flagged<Route extends Handler = RouteHandlerMethod>(
  flag: FlagKey,
  handlers: { readonly old: NoInfer<Route>; readonly new: NoInfer<Route> },
): Route
export function flagged(
  flag: FlagKey,
  oldOrBoth: Handler | OldAndNew<Handler>,
  newHandler?: Handler,
): Callable {
  const asking = `flagged(${flag})`
  const { whenOff, whenOn } = readFlagged<Handler>(flag, oldOrBoth, newHandler)
  const [oldSide, newSide] = [onlyHandler(`${asking}, old`, whenOff), onlyHandler(`${asking}, new`, whenOn)]
  return function flaggedHandler(request, reply) {
    const isOn = answerably(() => runsNew(request.raw, flag, asking))
    return (isOn ? newSide : oldSide).call(this, request, reply)
  }
}

/**
 * Runs the handler of the variant this request has, chosen once per request. A request without a variant gets
 * the first listed.
 *
 * @param options.otherwise a handler for a variant that is not listed. Without it the first listed runs,
 * with a warning, once for each variant.
 * @param options.treatments which listed variant each treatment of an experiment gets.
 * @example
 * app.get('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout }))
 * app.post('/checkout', flagged.variants('checkout', { control: oldCheckout, oneClick: newCheckout },
 *   { treatments: { c: 'control', t1: 'oneClick' } }))
 */
function flaggedVariants<Flag extends FlagKey, Route extends Handler = RouteHandlerMethod>(
  flag: Flag,
  handlers: Readonly<Record<VariantName<Flag>, NoInfer<Route>>>,
  options?: VariantOptions<NoInfer<Route>, VariantName<Flag>>,
): Route
function flaggedVariants(
  flag: string,
  handlers: Readonly<Record<string, Handler>>,
  options?: VariantOptions<Handler>,
): Callable {
  const asking = `flagged.variants(${flag})`
  const handlerFor = readVariantHandlers<Handler, Callable>(
    flag,
    handlers,
    (list) => onlyHandler(asking, list),
    options,
  )
  return function flaggedVariantsHandler(request, reply) {
    return answerably(() => handlerFor(request.raw)).call(this, request, reply)
  }
}

/** What else the function has. */
export namespace flagged {
  /** A handler for each variant of a flag. */
  export const variants: typeof flaggedVariants = flaggedVariants
  /** The handler of the other state, run beside the one that answers. */
  export const shadow: typeof flaggedShadow = flaggedShadow
}
