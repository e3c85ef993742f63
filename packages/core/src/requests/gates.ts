/**
 * Gates: which requests a flag lets through, and the answer while it is off.
 *
 * @module
 */

import { noteDecision } from '../decisions/watch.ts'
import { OptionsError, quoted, WiringError } from '../errors.ts'
import { isOn, stateOf } from '../flags/flag.ts'
import { warnOfUnlistedVariant } from '../flags/flag-warnings.ts'
import { variantNameOf } from '../flags/variant-of.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { configSeen, type Seen, valueSeen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import { type Decision, decidedRequest, requestSeen } from './decisions.ts'

/**
 * Whether a flag is on for this request: the same answer for every caller.
 *
 * @param asking the caller's name, for errors.
 * @throws {WiringError} `MIDDLEWARE_MISSING` or `TENANT_NOT_KNOWN_YET` for a request that has no
 * configuration.
 */
export function isEnabledFor(request: object, flag: string, asking: string): boolean {
  return isSeenOn(requestSeen(request, asking), flag)
}

/**
 * The same, for a handler that answers by it: which side of the flag did is told with the option `telemetry`.
 */
export function runsNew(request: object, flag: string, asking: string): boolean {
  const decision = decidedRequest(request, asking)
  const isOn = isSeenOn(decision.seen, flag)
  noteSide(decision, flag, isOn)
  return isOn
}

/** Notes which side of a flag answers a request that is counted. */
function noteSide(decision: Decision, flag: string, isOn: boolean): void {
  if (!decision.isCounted) return
  decision.sides ??= []
  decision.sides.push({ flag, side: isOn ? 'new' : 'old' })
}

/** Whether a flag is on in what a request sees. Of a view, only this flag is decided. */
export function isSeenOn(seen: Seen, flag: string): boolean {
  noteDecision(seen, flag)
  return (isView(seen) ? stateOf(seen.valueOf(flag)) : undefined) ?? isOn(configSeen(seen), flag)
}

/** The error of a closed gate that is not hidden. Its text names the flag and is not for clients. */
export function flagOff(flag: string, status: number): WiringError {
  return new WiringError('FLAG_OFF', `the flag ${quoted(flag)} is off`, { status })
}

/** Options of a gate: the answer while the flag is off. */
export interface GateOptions {
  /**
   * The HTTP status while the flag is off, 400 to 599. Any but 404 is an error in the framework's error
   * handling.
   *
   * @default 404
   */
  readonly status?: number
  /**
   * Whether a closed gate throws an error of code `FLAG_OFF` with 404, too, for an error handler of your own.
   *
   * @default false: the answer is the framework's for a path without a route
   */
  readonly asError?: boolean
}

/** The names of all options of a gate. */
export const GATE_OPTIONS: readonly string[] = ['status', 'asError'] satisfies (keyof GateOptions)[]

/**
 * The options of a gate, complete. `isHidden`: it answers as the framework does without a route.
 *
 * @param asking the gate's name, for errors.
 * @param names of all options, where an adapter has more.
 * @throws {OptionsError} `OPTIONS_INVALID`, also for a handler in place of options.
 */
export function readGate(
  asking: string,
  flag: unknown,
  options: GateOptions,
  names: readonly string[] = GATE_OPTIONS,
): { status: number; isHidden: boolean } {
  checkFlag(flag)
  refuseUnknownOptions(asking, options, names)
  const { status = 404, asError = false } = options
  if (!Number.isInteger(status) || status < 400 || status > 599)
    throw notA('HTTP status from 400 to 599', 'status', status)
  if (typeof asError !== 'boolean') throw notA('boolean', 'asError', asError)
  return { status, isHidden: status === 404 && !asError }
}

/** @throws {OptionsError} `OPTIONS_INVALID` for a flag name that is no text, or empty. */
export function checkFlag(flag: unknown): void {
  if (typeof flag !== 'string' || flag === '') throw notA('flag name', 'flag', flag)
}

/** A handler, or nested lists of handlers. */
export type HandlerList<Handler> = Handler | readonly HandlerList<Handler>[]

/** The handlers of both states of a flag, named so that they can't be swapped by mistake. */
export interface OldAndNew<Handler> {
  readonly old: HandlerList<Handler>
  readonly new: HandlerList<Handler>
}

/**
 * Reads the arguments of `flagged(flag, old, new)` and `flagged(flag, { old, new })` into two flat lists.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for what is no handler, or none at all.
 */
export function readFlagged<Handler extends (...args: never) => unknown>(
  flag: string,
  oldOrBoth: HandlerList<Handler> | OldAndNew<Handler>,
  newHandler: HandlerList<Handler> | undefined,
): { whenOff: Handler[]; whenOn: Handler[] } {
  checkFlag(flag)
  const both =
    typeof oldOrBoth === 'object' && 'old' in oldOrBoth ? oldOrBoth : { old: oldOrBoth, new: newHandler }
  return {
    whenOff: flatHandlers(`flagged(${flag}), old`, both.old),
    whenOn: flatHandlers(`flagged(${flag}), new`, both.new),
  }
}

/** Options of `flagged.variants`: what runs for variants that are not listed. */
export interface VariantOptions<Handlers, Name extends string = string> {
  /**
   * Handlers for a variant that is not listed. Without them the first listed runs, and a warning is given
   * once for each variant.
   */
  readonly otherwise?: Handlers
  /** Which listed variant each treatment of an experiment gets: `{ c: 'control', t1: 'oneClick' }`. */
  readonly treatments?: Readonly<Record<string, Name>>
}

/**
 * Reads the arguments of `flagged.variants(flag, handlers, options)` into a function from a request to its
 * handlers. A request without a variant, or that is in no experiment, gets the first listed; one with a
 * variant that is not listed, `otherwise`.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for what is no handler, or an empty list.
 */
export function readVariantHandlers<Handler, Chosen>(
  flag: string,
  handlers: Readonly<Record<string, HandlerList<Handler>>>,
  prepare: (handlers: Handler[]) => Chosen,
  options: VariantOptions<HandlerList<Handler>> = {},
): (request: object) => Chosen {
  checkFlag(flag)
  const asking = `flagged.variants(${flag})`
  refuseUnknownOptions(`${asking} behind the handlers`, options, ['otherwise', 'treatments'])
  const { otherwise, treatments = {} } = options
  const byVariant = new Map(
    Object.entries(handlers ?? {}).map(([name, list]) => [
      name,
      prepare(flatHandlers(`${asking}, ${name}`, list)),
    ]),
  )
  const [first] = byVariant.values()
  if (first === undefined) throw notA('list of handlers by variant', asking, handlers)
  for (const [treatment, name] of Object.entries(treatments)) {
    const chosen = byVariant.get(name)
    if (chosen === undefined) throw notA('listed variant', `${asking}, treatments.${treatment}`, name)
    for (const variant of variantsOfTreatment(treatment)) byVariant.set(variant, chosen)
  }
  const elsewhere =
    otherwise === undefined ? undefined : prepare(flatHandlers(`${asking}, otherwise`, otherwise))
  return (request) => {
    const seen = requestSeen(request, asking)
    noteDecision(seen, flag)
    const variant = variantNameOf(valueSeen(seen, flag))
    if (variant === undefined) return first
    const listed = byVariant.get(variant)
    if (listed !== undefined) return listed
    if (variant === IN_NO_EXPERIMENT) return first
    if (elsewhere !== undefined) return elsewhere
    warnOfUnlistedVariant(configSeen(seen) as object, flag, variant)
    return first
  }
}

/** The variant that AppConfig serves of a flag under experiment to requests outside the experiment. */
const IN_NO_EXPERIMENT = '__default__'

/**
 * The names of variants that AppConfig makes of a treatment; the second goes to entities with an override.
 */
function variantsOfTreatment(treatment: string): readonly string[] {
  return [`__${treatment}__`, `__${treatment}_override__`]
}

function flatHandlers<Handler>(what: string, handlers: unknown): Handler[] {
  const flat = [handlers].flat(Number.POSITIVE_INFINITY)
  const wrongAt = flat.findIndex((handler) => typeof handler !== 'function')
  if (flat.length === 0 || wrongAt >= 0) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `${what} must be a handler, a router or a list of them, got ${flat.length === 0 ? 'none' : quoted(flat[wrongAt])}`,
    )
  }
  return flat as Handler[]
}

function notA(what: string, name: string, got: unknown): OptionsError {
  return new OptionsError('OPTIONS_INVALID', `${name} must be a ${what}, got ${quoted(got)}`)
}
