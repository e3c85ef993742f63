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
import { murmur3 } from './murmur3.ts'

/** The name of the default hash; it changes whenever any value would fall differently. */
export const SPLIT_HASH = 'appconfig-kit/murmur3/1'

/** Where a value falls, from 0 up to but not including 1; must depend on nothing but its arguments. */
export type SplitHash = (seed: string, value: string) => number

/** MurmurHash3 (x86, 32 bits) over seed, a zero byte, and value, as a fraction. */
export const murmur3Split: SplitHash = (seed, value) => murmur3(`${seed}\0${value}`) / 2 ** 32
