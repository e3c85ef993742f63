/**
 * MurmurHash3, the 32 bit variant for x86: fast, well distributed, and no protection against anybody who looks for
 * collisions on purpose.
 *
 * Source: Austin Appleby's description in the public domain (SMHasher, MurmurHash3.cpp); its constants are his.
 *
 * A *block* is four bytes, the first one lowest, as a signed integer: the engine keeps those without allocating.
 *
 * @module
 */

/** The hash of a text's UTF-8 bytes, a whole number from 0 to 2^32 - 1. */
export function murmur3(text: string, seed = 0): number {
  return hashOf(text, seed, LAST_OF_ASCII) >>> 0
}

/** The same, under the seed 0, as a block. */
export function murmur3Block(text: string): number {
  return hashOf(text, 0, LAST_OF_ASCII)
}

/** Reads the first of two blocks, once for all pairs that begin so. */
export function beginPair(first: number): number {
  return withBlock(0, first)
}

/** The hash of two blocks, a whole number from 0 to 2^32 - 1. */
export function endPair(begun: number, second: number): number {
  return finalized(withBlock(begun, second) ^ 8) >>> 0
}

const LAST_OF_ASCII = 127
const LAST_OF_BYTES = 255

/**
 * One pass over the text, which is its own bytes unless it turns out to hold more than ASCII.
 *
 * @param last the last character that stands for a byte.
 */
function hashOf(text: string, seed: number, last: number): number {
  const { length } = text
  let hash = seed
  let waiting = 0
  let shift = 0
  let seen = 0
  for (let at = 0; at < length; at++) {
    const byte = text.charCodeAt(at)
    seen |= byte
    waiting |= byte << shift
    if (shift < 24) shift += 8
    else {
      hash = withBlock(hash, waiting)
      waiting = shift = 0
    }
  }
  if (seen > last) return hashOf(bytesOf(text), seed, LAST_OF_BYTES)
  return finalized(hash ^ scrambled(waiting) ^ length)
}

function withBlock(hash: number, block: number): number {
  const mixed = hash ^ scrambled(block)
  return (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0
}

function scrambled(block: number): number {
  const mixed = Math.imul(block, 0xcc9e2d51)
  return Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593)
}

function finalized(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35)
  return mixed ^ (mixed >>> 16)
}

/** The UTF-8 bytes of a text, each as a character. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
