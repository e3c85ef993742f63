/**
 * Validation of a configuration for all variants that requests may get.
 *
 * One check with the default of every flag, one with the first variant of every flag, one with the second,
 * and so on: as many checks as the flag with the most variants has. A refused combination may be one that no
 * request can get, so its flags are then checked one by one.
 *
 * @module
 */
import { servedAt, type Variant, type VariantFlags } from '../flags/variants.ts'
import { copyInSteps, type JsonObject, type JsonValue } from '../json.ts'
import { Pace, type Steps } from '../turns.ts'
import { type CheckConfig, NO_CHECK } from './check-schema.ts'

/**
 * Checks a configuration with the default of every flag, then with its other variants. In steps, of which one check
 * is the longest: what a schema does can't be interrupted.
 *
 * @returns the issues of the first check that found any; empty where none did.
 */
export function* checkVariants(
  config: JsonValue,
  flags: VariantFlags,
  check: CheckConfig,
): Steps<ReturnType<CheckConfig>> {
  if (flags.size === 0 || check === NO_CHECK) return check(config)
  const checking: Checking = { keys: Object.keys(config as JsonObject), pace: new Pace(), check }
  const withDefaults = yield* withChosen(config as JsonObject, [...flags], DEFAULT, checking)
  const issues = yield* checkNext(withDefaults, checking)
  if (issues.length > 0) return issues
  for (let round = 0; ; round++) {
    // The last variant of a flag is its default, which was checked.
    const candidates = [...flags].filter(([, variants]) => round < variants.length - 1)
    if (candidates.length === 0) return []
    const chosen = yield* withChosen(withDefaults, candidates, round, checking)
    const refused = yield* checkNext(chosen, checking)
    if (refused.length === 0) continue
    const alone = yield* checkOneByOne(withDefaults, suspectsOf(refused, candidates), round, checking)
    if (alone.length > 0) return alone
  }
}

type Candidate = readonly [flag: string, variants: readonly Variant[]]

/** In place of a round: the last variant of each flag. */
const DEFAULT = -1

interface Checking {
  /** Of the configuration. */
  readonly keys: readonly string[]
  readonly pace: Pace
  readonly check: CheckConfig
}

function* withChosen(
  config: JsonObject,
  candidates: readonly Candidate[],
  round: number,
  { keys, pace }: Checking,
): Steps<JsonObject> {
  const chosen = yield* copyInSteps(config, keys, pace)
  for (const [flag, variants] of candidates) {
    chosen[flag] = servedAt(variants, round === DEFAULT ? variants.length - 1 : round)
    if (pace.isDue()) yield
  }
  return chosen
}

function* checkNext(config: JsonObject, { keys, pace, check }: Checking): Steps<ReturnType<CheckConfig>> {
  if (pace.isDue(keys.length)) yield
  return check(config)
}

/** The flags that the issues name; all of them, where an issue names none. */
function suspectsOf(issues: ReturnType<CheckConfig>, candidates: readonly Candidate[]): readonly Candidate[] {
  if (typeof issues === 'string') return candidates
  const named = new Set(issues.map(({ path }) => path[0]))
  const suspects = candidates.filter(([flag]) => named.has(flag))
  return suspects.length < named.size ? candidates : suspects
}

function* checkOneByOne(
  config: JsonObject,
  candidates: readonly Candidate[],
  round: number,
  checking: Checking,
): Steps<ReturnType<CheckConfig>> {
  for (const candidate of candidates) {
    const chosen = yield* withChosen(config, [candidate], round, checking)
    const issues = yield* checkNext(chosen, checking)
    if (issues.length > 0) return issues
  }
  return []
}
