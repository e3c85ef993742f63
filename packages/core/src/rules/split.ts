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
import type { Facts } from './facts.ts'
import { beginPair, endPair, murmur3Block } from './murmur3.ts'
import type { Truth } from './truth.ts'

/** The name of the default hash; it changes whenever any value would fall differently. */
export const SPLIT_HASH = 'appconfig-kit/murmur3/2'

/** Where a value falls, from 0 up to but not including 1; must depend on nothing but its arguments. */
export type SplitHash = (seed: string, value: string) => number

const HASHES = 2 ** 32

/**
 * MurmurHash3 (x86, 32 bits) of eight bytes, as a fraction: the hash of the seed, then that of the value. So a request
 * that many flags split hashes its value once.
 */
export const murmur3Split: SplitHash = (seed, value) =>
  endPair(beginPair(murmur3Block(seed)), murmur3Block(value)) / HASHES

/** Whether a value is among the share under one seed; undefined where it can't be known. Never throws. */
export type SplitTest = (facts: Facts, value: string) => Truth

/** What depends on the seed alone is done here, once. */
export function splitTest(split: SplitHash, seed: string, share: number): SplitTest {
  if (split === murmur3Split) {
    const begun = beginPair(murmur3Block(seed))
    const hashes = share * HASHES
    return (facts, value) => endPair(begun, facts.hashOf(value)) < hashes
  }
  return (_, value) => {
    // A hash of the user's own may throw, or answer anything.
    try {
      const fall = split(seed, value)
      return fall >= 0 && fall < 1 ? fall < share : undefined
    } catch {
      return undefined
    }
  }
}
