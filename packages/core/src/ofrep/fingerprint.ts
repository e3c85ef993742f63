/**
 * A short name of a text: of an answer for its ETag, of flags for what a page knows of them.
 *
 * @module
 */
import { murmur3 } from '../rules/murmur3.ts'

/**
 * The same in every process, and of 64 bits: two texts of one name would have to be looked for on purpose, by whoever
 * writes the flags.
 */
export function fingerprint(text: string): string {
  return SEEDS.map((seed) => murmur3(text, seed).toString(36).padStart(7, '0')).join('')
}

const SEEDS = [0, 0x9e37_79b9]
