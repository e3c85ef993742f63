/**
 * Configurations by what was chosen of each flag: one object for all requests of which that is the same.
 *
 * @module
 */
import { noteOn, notesOf } from '../config-notes.ts'
import { dropOldest } from '../drop-oldest.ts'
import { servedAt, type Variant } from '../flags/variants.ts'
import type { JsonObject, JsonValue } from '../json.ts'

/** A flag with variants. */
export interface FlagPlace {
  readonly key: string
  readonly variants: readonly Variant[]
}

/** Configurations by the variants that were chosen. */
export interface Outcomes {
  /**
   * @param chosen for each flag, the place of its variant; stays as it is.
   * @returns one object for all that chose the same, except for the first.
   */
  of(chosen: readonly number[]): JsonObject
}

interface Outcome {
  readonly chosen: readonly number[]
  readonly config: JsonObject
}

/** Of one snapshot; the oldest goes first. */
const MOST_OUTCOMES = 1000

/** Makes the outcomes of one snapshot, none of them yet. */
export function createOutcomes(snapshot: JsonObject, flags: readonly FlagPlace[]): Outcomes {
  const keys = Object.keys(snapshot)
  const places = new Map(flags.map(({ key }, at) => [key, at]))
  /** For each key of the snapshot, which flag it is. */
  const flagAt = keys.map((key) => places.get(key))
  /** Undefined: it was chosen once. Where many flags split requests, most never come again, and nothing is kept of them. */
  const byHash = new Map<number, Outcome | undefined>()
  const notes = notesOf(snapshot)

  function make(chosen: readonly number[]): JsonObject {
    // Key by key into an empty object: to copy the snapshot and write over it takes twice as long.
    const config: Record<string, JsonValue> = {}
    // First of all: to an object of a hundred keys, a private field is added slowly.
    if (notes) noteOn(config, notes)
    for (let at = 0; at < keys.length; at++) {
      const key = keys[at] as string
      const flag = flagAt[at]
      config[key] =
        flag === undefined
          ? (snapshot[key] as JsonValue)
          : servedAt((flags[flag] as FlagPlace).variants, chosen[flag] as number)
    }
    return Object.freeze(config)
  }

  return {
    of(chosen) {
      const hash = hashOf(chosen)
      const known = byHash.get(hash)
      // Two outcomes may have one hash: then they take turns.
      if (known !== undefined && isSame(known.chosen, chosen)) return known.config
      const config = make(chosen)
      byHash.set(hash, byHash.has(hash) ? { chosen, config } : undefined)
      dropOldest(byHash, MOST_OUTCOMES)
      return config
    },
  }
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false
  return true
}

/** FNV-1a, of numbers. */
function hashOf(chosen: readonly number[]): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < chosen.length; at++) hash = Math.imul(hash ^ (chosen[at] as number), 0x01000193)
  return hash
}
