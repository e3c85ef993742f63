/**
 * Deciding many flags for one request: a rule that several of them have is evaluated once.
 *
 * @module
 */
import type { Variant } from '../flags/variants.ts'
import type { Facts } from '../rules/facts.ts'
import type { Test } from '../rules/truth.ts'
import type { FlagPlace } from './outcomes.ts'

/** A flag with variants, prepared for being decided with others. */
export interface FlagChoices extends FlagPlace {
  /** For each variant, the place of its rule in {@link Results}; {@link NOWHERE} for one that no other flag has. */
  readonly rules: readonly number[]
}

const NOWHERE = -1

/** By the places of rules, whether they hold for a request; undefined until they were evaluated. */
export type Results = (boolean | undefined)[]

/** Gives the rules of flags their places: rules that are one function have one. */
export function rulePlaces(): (variants: readonly Variant[]) => readonly number[] {
  const places = new Map<Test, number>()
  function placeOf({ rule, isSplit }: Variant): number {
    // A split depends on its flag.
    if (rule === undefined || isSplit) return NOWHERE
    const place = places.get(rule) ?? places.size
    places.set(rule, place)
    return place
  }
  return (variants) => variants.map(placeOf)
}

/** The place of what a request gets in the list of variants, as `indexOfChosen`. */
export function indexOfChosenAmong({ variants, rules }: FlagChoices, facts: Facts, results: Results): number {
  for (let at = 0; at < variants.length; at++) {
    const { rule } = variants[at] as Variant
    if (rule === undefined) return at
    if (holds(rule, rules[at] as number, facts, results)) return at
  }
  return variants.length
}

function holds(rule: Test, place: number, facts: Facts, results: Results): boolean {
  if (place === NOWHERE) return rule(facts) === true
  results[place] ??= rule(facts) === true
  return results[place]
}
