/**
 * Gates: what a flag lets through, and what is answered when it is off.
 *
 * @module
 */

import { OptionsError, quoted, WiringError } from '../errors.ts'
import { isOn, stateOf } from '../flags/flag.ts'
import { warnOfUnlistedVariant } from '../flags/flag-warnings.ts'
import { variantNameOf, variantOf } from '../flags/variant-of.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import type { RegisteredConfig } from '../types.ts'
import { configSeen, type Seen } from '../views/seen.ts'
import { isView } from '../views/view.ts'
import { requestSeen } from './decisions.ts'

/** Whether a flag is on for this request: the same answer whoever asks, however often. */
export function isEnabledFor(request: object, flag: string, asking: string): boolean {
  return isSeenOn(requestSeen(request, asking), flag)
}

/** The same, of what a request sees: of a view, this flag is decided and no other. */
export function isSeenOn(seen: Seen, flag: string): boolean {
  return (isView(seen) ? stateOf(seen.valueOf(flag)) : undefined) ?? isOn(configSeen(seen), flag)
}

/** The error of a closed gate that is not hidden. Its text names the flag and is not for clients. */
export function flagOff(flag: string, status: number): WiringError {
  return new WiringError('FLAG_OFF', `the flag ${quoted(flag)} is off`, { status })
}

export interface GateOptions {
  /** Of the answer while the flag is off. Any but 404 is an error in the framework's error handling. */
  readonly status?: number
  /**
   * Has a closed gate end as an error, code `FLAG_OFF`, also for 404: for error handling of your own.
   *
   * @default false: it is answered as a path that nobody serves
   */
  readonly asError?: boolean
}

/** The names of all options of a gate. */
export const GATE_OPTIONS: readonly string[] = ['status', 'asError'] satisfies (keyof GateOptions)[]

/**
 * The options of a gate, complete. `isHidden`: it answers as a path that nobody serves.
 *
 * @param asking for the flag, for the error's text.
 * @param names of the options, where there are more.
 * @throws {OptionsError} `OPTIONS_INVALID`, also for a handler: those stand behind a gate, not in it.
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

export function checkFlag(flag: unknown): void {
  if (typeof flag !== 'string' || flag === '') throw notA('flag name', 'flag', flag)
}

/** A handler, or lists of them, as frameworks take them. */
export type HandlerList<Handler> = Handler | readonly HandlerList<Handler>[]

/** Both sides of an if-flag, named so that a swap can't hide. */
export interface OldAndNew<Handler> {
  readonly old: HandlerList<Handler>
  readonly new: HandlerList<Handler>
}

/**
 * What `flagged(flag, old, new)` and `flagged(flag, { old, new })` were given, as two flat lists.
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

/** What becomes of variants for which no handler is listed. */
export interface VariantOptions<Handlers, Name extends string = string> {
  /** Without these the first listed runs, and that is told once for each variant. */
  readonly otherwise?: Handlers
  /** Which listed variant each treatment of an experiment gets: `{ c: 'control', t1: 'oneClick' }`. */
  readonly treatments?: Readonly<Record<string, Name>>
}

/**
 * What `flagged.variants(flag, handlers, options)` was given, as a function from a request to its handlers. A
 * request without a variant, or that is in no experiment, gets the first listed; one with a variant that is not
 * listed, `otherwise`.
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
    const variant = isView(seen)
      ? variantNameOf(seen.valueOf(flag))
      : variantOf(seen as RegisteredConfig, flag)
    if (variant === undefined) return first
    const listed = byVariant.get(variant)
    if (listed !== undefined) return listed
    if (variant === IN_NO_EXPERIMENT) return first
    if (elsewhere !== undefined) return elsewhere
    warnOfUnlistedVariant(configSeen(seen) as object, flag, variant)
    return first
  }
}

/** What AppConfig serves, of a flag under experiment, to whom the experiment does not concern. */
const IN_NO_EXPERIMENT = '__default__'

/** The variants AppConfig makes of a treatment; an override gives it to a named entity. */
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
