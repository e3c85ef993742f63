/**
 * Putting the rules of a hosted version into what the data plane served of it, flag by flag.
 *
 * A flag gets its rules where reducing it gives what was served; any other stays as it was served. AppConfig lays a
 * running experiment over the flag it serves, without a new version: such a flag holds a variant named `__…__`, and
 * what the hosted version says of it does not hold.
 *
 * Source: observed of AWS, which documents neither the reduction nor the overlay.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { messageOf, quoted } from '../../errors.ts'
import { isAuthoredFlags, readFlags } from '../../flags/authored-document.ts'
import { reducedFlags, reduceFlags } from '../../flags/reduce-flags.ts'
import { compileVariantFlags } from '../../flags/variants.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../../json.ts'
import { murmur3Split } from '../../rules/split.ts'

/** Flags with the rules that could be restored. */
export interface Restored {
  /** What was served, with rules; that very object where no flag got any. */
  readonly flags: JsonObject
  /** Why flags stayed as they were served: one text for each reason, with the flags it is about. */
  readonly problems: readonly string[]
}

/** The flags that lost their rules on the way, and those under experiment, which have none to get. */
export function splitReduced(served: JsonValue | undefined): {
  withheld: string[]
  underExperiment: string[]
} {
  const [withheld, underExperiment]: [string[], string[]] = [[], []]
  for (const flag of reducedFlags(served))
    (isUnderExperiment(served, flag) ? underExperiment : withheld).push(flag)
  return { withheld, underExperiment }
}

/** What is said of flags under experiment; undefined where there are none. */
export function experimentProblem(flags: readonly string[]): string | undefined {
  if (flags.length === 0) return undefined
  return `${flags.map(quoted).join(', ')}: under experiment, which plain clients have no part in. Ask the Agent, with evaluate: 'agent'`
}

/** @param authored the hosted version, as it was read. */
export function restoreRules(served: JsonObject, authored: Uint8Array): Restored {
  const { withheld, underExperiment } = splitReduced(served)
  const document = parse(authored)
  const whole = new Map<string, JsonValue>()
  const byReason = new Map<string, string[]>()
  for (const flag of withheld) {
    const found = document instanceof Error ? document : wholeFlag(document, flag, served[flag])
    if (found instanceof Error) byReason.set(found.message, [...(byReason.get(found.message) ?? []), flag])
    else whole.set(flag, found)
  }
  const problems = [...byReason].map(([reason, named]) => `${named.map(quoted).join(', ')}: ${reason}`)
  const experiment = experimentProblem(underExperiment)
  const flags = whole.size === 0 ? served : { ...served, ...Object.fromEntries(whole) }
  return { flags, problems: experiment === undefined ? problems : [...problems, experiment] }
}

function isUnderExperiment(served: JsonValue | undefined, flag: string): boolean {
  const value = isPlainObject(served) ? served[flag] : undefined
  const variant = isPlainObject(value) ? ownValue(value, '_variant') : undefined
  return typeof variant === 'string' && /^__.+__$/.test(variant)
}

function wholeFlag(document: JsonObject, flag: string, served: JsonValue | undefined): JsonValue | Error {
  try {
    const flags = readFlags(withOneFlag(document, flag))
    const whole = isPlainObject(flags) ? ownValue(flags, flag) : undefined
    if (whole === undefined) return new Error('the hosted version has no such flag')
    const one = { [flag]: whole }
    // No hash comes into it: a default has no rule.
    const reduced = reduceFlags(one, compileVariantFlags(one, murmur3Split))
    if (isDeepStrictEqual(reduced[flag], served)) return whole
    return new Error('what the hosted version says of it is not what is served')
  } catch (error) {
    return new Error(`its rules can't be used: ${messageOf(error)}`)
  }
}

/** One flag of many may be wrong. */
function withOneFlag(document: JsonObject, flag: string): JsonObject {
  if (!isAuthoredFlags(document)) return document
  const value = ownValue(document['values'] as JsonObject, flag)
  return { ...document, values: value === undefined ? {} : { [flag]: value } }
}

function parse(authored: Uint8Array): JsonObject | Error {
  try {
    const document: JsonValue = JSON.parse(new TextDecoder().decode(authored))
    return isPlainObject(document) ? document : new Error('the hosted version is no document of flags')
  } catch (error) {
    return new Error(`the hosted version is no JSON: ${messageOf(error)}`)
  }
}
