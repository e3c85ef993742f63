/**
 * `split`: true for a share of all values, always for the same ones.
 *
 * AWS documents what its hash does, not what it is. Ours keeps the documented properties: the same
 * seed nests (whoever is in the first 20 % is in the first 25 %), different seeds are independent, and
 * without a seed the flag's key is the seed. It is named and versioned, and it is not the Agent's: one
 * tenant may fall differently there.
 *
 * @module
 */
import { beginMurmur3, endMurmur3 } from './murmur3.ts'

/** The name of the default hash; it changes whenever any value would fall differently. */
export const SPLIT_HASH = 'appconfig-kit/murmur3/1'

/** Where a value falls, from 0 up to but not including 1; must depend on nothing but its arguments. */
export type SplitHash = (seed: string, value: string) => number

/** MurmurHash3 (x86, 32 bits) over seed, a zero byte, and value, as a fraction. */
export const murmur3Split: SplitHash = (seed, value) => seededMurmur3(seed)(value)

/** A hash under one seed; undefined where it can't be known where a value falls. Never throws. */
export type SeededHash = (value: string) => number | undefined

/** What depends on the seed alone is done here, once. */
export function seeded(split: SplitHash, seed: string): SeededHash {
  if (split === murmur3Split) return seededMurmur3(seed)
  return (value) => {
    // A hash of the user's own may throw, or answer anything.
    try {
      const fall = split(seed, value)
      return fall >= 0 && fall < 1 ? fall : undefined
    } catch {
      return undefined
    }
  }
}

function seededMurmur3(seed: string): (value: string) => number {
  const beginning = beginMurmur3(`${seed}\0`)
  return (value) => endMurmur3(beginning, value) / 2 ** 32
}
