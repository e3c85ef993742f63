/**
 * MurmurHash3, the 32 bit variant for x86: fast, well distributed, and no protection against anybody who looks for
 * collisions on purpose.
 *
 * Source: Austin Appleby's description in the public domain (SMHasher, MurmurHash3.cpp); its constants are his.
 *
 * @module
 */

/** How far a hash has come. It reads four bytes at once, so that up to three may be waiting. */
export interface Murmur3State {
  readonly hash: number
  readonly waiting: number
  /** Of all that was read. */
  readonly length: number
}

/** The hash of a text's UTF-8 bytes, a whole number from 0 to 2^32 - 1. */
export function murmur3(text: string, seed = 0): number {
  return endMurmur3(beginMurmur3('', seed), text)
}

/** Reads the beginning of a text, once for all texts that begin so. */
export function beginMurmur3(beginning: string, seed = 0): Murmur3State {
  return read({ hash: seed, waiting: 0, length: 0 }, bytesOf(beginning))
}

/**
 * The hash of the beginning and the rest together.
 *
 * For requests: one pass over the text, which is its own bytes unless it turns out to hold more than ASCII.
 */
export function endMurmur3(beginning: Murmur3State, rest: string): number {
  let { hash, waiting } = beginning
  const { length } = rest
  let shift = (beginning.length & 3) << 3
  let seen = 0
  for (let at = 0; at < length; at++) {
    const byte = rest.charCodeAt(at)
    seen |= byte
    waiting |= byte << shift
    if (shift < 24) shift += 8
    else {
      hash = withBlock(hash, waiting)
      waiting = shift = 0
    }
  }
  if (seen > 127) return ended(read(beginning, bytesOf(rest)))
  return finalized(hash ^ scrambled(waiting) ^ (beginning.length + length))
}

function read({ hash, waiting, length }: Murmur3State, bytes: string): Murmur3State {
  let shift = (length & 3) << 3
  for (let at = 0; at < bytes.length; at++) {
    waiting |= bytes.charCodeAt(at) << shift
    if (shift < 24) shift += 8
    else {
      hash = withBlock(hash, waiting)
      waiting = shift = 0
    }
  }
  return { hash, waiting, length: length + bytes.length }
}

function ended({ hash, waiting, length }: Murmur3State): number {
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
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/** The UTF-8 bytes of a text, each as a character. */
function bytesOf(text: string): string {
  return Buffer.from(text).toString('latin1')
}
