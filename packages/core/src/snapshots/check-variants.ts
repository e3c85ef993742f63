/**
 * Validation of a configuration for all variants that requests may get.
 *
 * One check with the default of every flag, one with the first variant of every flag, one with the second,
 * and so on: as many checks as the flag with the most variants has. A refused combination may be one that no
 * request can get, so its flags are then checked one by one.
 *
 * @module
 */
import { reduceFlags } from '../flags/reduce-flags.ts'
import { servedAt, type Variant, type VariantFlags } from '../flags/variants.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { type CheckConfig, NO_CHECK } from './check-schema.ts'

/**
 * Checks a configuration with the default of every flag, then with its other variants.
 *
 * @returns the issues of the first check that found any; empty where none did.
 */
export function checkVariants(
  config: JsonValue,
  flags: VariantFlags,
  check: CheckConfig,
): ReturnType<CheckConfig> {
  if (flags.size === 0 || check === NO_CHECK) return check(config)
  const withDefaults = reduceFlags(config as JsonObject, flags)
  const issues = check(withDefaults)
  if (issues.length > 0) return issues
  for (let round = 0; ; round++) {
    // The last variant of a flag is its default, which was checked.
    const candidates = [...flags].filter(([, variants]) => round < variants.length - 1)
    if (candidates.length === 0) return []
    const refused = check(withChosen(withDefaults, candidates, round))
    if (refused.length === 0) continue
    const alone = checkOneByOne(withDefaults, suspectsOf(refused, candidates), round, check)
    if (alone.length > 0) return alone
  }
}

type Candidate = readonly [flag: string, variants: readonly Variant[]]

function withChosen(config: JsonObject, candidates: readonly Candidate[], round: number): JsonObject {
  const chosen: Record<string, JsonValue> = { ...config }
  for (const [flag, variants] of candidates) chosen[flag] = servedAt(variants, round)
  return chosen
}

/** The flags that the issues name; all of them, where an issue names none. */
function suspectsOf(issues: ReturnType<CheckConfig>, candidates: readonly Candidate[]): readonly Candidate[] {
  if (typeof issues === 'string') return candidates
  const named = new Set(issues.map(({ path }) => path[0]))
  const suspects = candidates.filter(([flag]) => named.has(flag))
  return suspects.length < named.size ? candidates : suspects
}

function checkOneByOne(
  config: JsonObject,
  candidates: readonly Candidate[],
  round: number,
  check: CheckConfig,
): ReturnType<CheckConfig> {
  for (const candidate of candidates) {
    const issues = check(withChosen(config, [candidate], round))
    if (issues.length > 0) return issues
  }
  return []
}
