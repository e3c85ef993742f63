/**
 * What an adapter is made of: for authors of one, not for applications.
 *
 * An adapter reads its options with {@link configureRequests}, calls `configFor` for each request
 * before its handlers, puts the result where its framework's users look for it, and goes on inside
 * `run`. Flags are asked for with {@link isEnabledFor}.
 *
 * @module
 */
export { quoted } from './errors.ts'
export { isOn } from './flags/flag.ts'
export { currentScope, runInScope, type Scope } from './request/async-context.ts'
export { requestConfig } from './request/decisions.ts'
export {
  checkGate,
  flagOff,
  type HandlerList,
  isEnabledFor,
  type OldAndNew,
  readFlagged,
  readVariantHandlers,
  type VariantOptions,
} from './request/gates.ts'
export {
  type AdapterOptions,
  type AdapterTraits,
  configureRequests,
  decideRequests,
  type RequestConfigurator,
  type RequestOptions,
  type ResolvedTenant,
  splitOptions,
} from './request/request-config.ts'
