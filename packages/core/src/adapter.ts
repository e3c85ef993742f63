/**
 * The parts of an adapter: for authors of adapters, not for applications.
 *
 * An adapter reads its options with {@link configureRequests}, calls `configFor` for each request before its
 * handlers, puts the result where its framework's users look for it, and runs the handlers inside `run`. It
 * asks for flags with {@link isEnabledFor}.
 *
 * @module
 */

export { LOOK, WATCH } from './client/app-config-client.ts'
export type { DecisionReason } from './decisions/flag-decision.ts'
export { reasonSeen } from './decisions/reason.ts'
export { noteDecision } from './decisions/watch.ts'
export { quoted } from './errors.ts'
export { isFlagObject } from './flags/flag.ts'
export type { Choice } from './flags/variants.ts'
export { createHiddenValue, type HiddenValue } from './hidden-value.ts'
export { refuseUnknownOptions } from './options/known-options.ts'
export { type AdapterOptions, type RequestOptions, splitOptions } from './requests/adapter-options.ts'
export { isPromise, type ResolvedTenant } from './requests/ask.ts'
export { currentScope, runInScope, type Scope } from './requests/async-context.ts'
export { attachConfig } from './requests/attach-config.ts'
export { requestConfig, requestSeen, seenOf } from './requests/decisions.ts'
export { expressShared } from './requests/express-shared.ts'
export {
  checkFlag,
  flagOff,
  GATE_OPTIONS,
  type GateOptions,
  type HandlerList,
  isEnabledFor,
  isSeenOn,
  type OldAndNew,
  readFlagged,
  readGate,
  readVariantHandlers,
  runsNew,
  type VariantOptions,
} from './requests/gates.ts'
export {
  type AdapterTraits,
  configureRequests,
  decideRequests,
  type RequestConfigurator,
} from './requests/request-config.ts'
export { RESERVED_KEYS } from './rules/facts.ts'
export { onceSent } from './shadow/once-sent.ts'
export { MAX_SHADOW_BYTES, shadowAnswer } from './shadow/shadow-answer.ts'
export { type Beside, createShadowing, type Shadowing } from './shadow/shadowing.ts'
export { standInFor } from './shadow/stand-in.ts'
export { choiceSeen, configSeen, notesSeen, type Seen, seenWith, valueSeen } from './views/seen.ts'
