/**
 * Restoring the rules of a hosted version in the flags that the data plane served.
 *
 * A flag gets its rules if reducing it gives what was served; any other flag stays as served. A running
 * experiment replaces the flag that AppConfig serves, without a new version: such a flag has a variant named
 * `__…__`, and the hosted version does not apply to it.
 *
 * Source: observed of AWS, which documents neither the reduction nor the overlay.
 *
 * @module
 */
import { messageOf, quoted } from '../../errors.ts'
import { isAuthoredFlags, readFlags } from '../../flags/authored-document.ts'
import { reducedFlags, reduceFlags } from '../../flags/reduce-flags.ts'
import { compileVariantFlags } from '../../flags/variants.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../../json.ts'
import { nodeModule } from '../../node-modules.ts'
import { murmur3Split } from '../../rules/split.ts'

/** Flags with the rules that could be restored. */
export interface Restored {
  /** The served flags with rules; the same object if no flag got any. */
  readonly flags: JsonObject
  /** The reasons why flags stayed as served: one text for each reason, with its flags. */
  readonly problems: readonly string[]
}

/** The flags whose rules are withheld, and those under experiment, which have none. */
export function splitReduced(served: JsonValue | undefined): {
  withheld: string[]
  underExperiment: string[]
} {
  const [withheld, underExperiment]: [string[], string[]] = [[], []]
  for (const flag of reducedFlags(served))
    (isUnderExperiment(served, flag) ? underExperiment : withheld).push(flag)
  return { withheld, underExperiment }
}

/** The problem of flags under experiment; undefined if there are none. */
export function experimentProblem(flags: readonly string[]): string | undefined {
  if (flags.length === 0) return undefined
  return `${flags.map(quoted).join(', ')}: under experiment, which plain clients have no part in. Ask the Agent, with evaluate: 'agent'`
}

/**
 * Restores rules.
 *
 * @param authored the content of the hosted version.
 */
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
    // Any hash will do: a default has no rule.
    const reduced = reduceFlags(one, compileVariantFlags(one, murmur3Split))
    if (nodeModule('util').isDeepStrictEqual(reduced[flag], served)) return whole
    return new Error('what the hosted version says of it is not what is served')
  } catch (error) {
    return new Error(`its rules can't be used: ${messageOf(error)}`)
  }
}

/** The document with one flag only, since others may be invalid. */
function withOneFlag(document: JsonObject, flag: string): JsonObject {
  if (!isAuthoredFlags(document)) return document
  const value = ownValue(document['values'] as JsonObject, flag)
  return { ...document, values: value === undefined ? {} : { [flag]: value } }
}

function parse(authored: Uint8Array): JsonObject | Error {
  try {
    const document: JsonValue = JSON.parse(new TextDecoder().decode(authored))
    return isPlainObject(document) ? document : new Error('the hosted version is no document of flags')
  } catch {
    // The parser's own text quotes the document.
    return new Error('the hosted version is no JSON')
  }
}
