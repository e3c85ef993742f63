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

/** The hash of the beginning and the rest together. */
export function endMurmur3(beginning: Murmur3State, rest: string): number {
  const { hash, waiting, length } = read(beginning, bytesOf(rest))
  return finalized(hash ^ scrambled(waiting) ^ length)
}

function read({ hash, waiting, length }: Murmur3State, bytes: string): Murmur3State {
  let shift = (length & 3) << 3
  for (let at = 0; at < bytes.length; at++) {
    waiting |= bytes.charCodeAt(at) << shift
    shift += 8
    if (shift < 32) continue
    hash ^= scrambled(waiting)
    hash = (Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64) | 0
    waiting = shift = 0
  }
  return { hash, waiting, length: length + bytes.length }
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

/** A text whose characters are the UTF-8 bytes: most ids and seeds are that already. */
function bytesOf(text: string): string {
  for (let at = 0; at < text.length; at++)
    if (text.charCodeAt(at) > 127) return Buffer.from(text).toString('latin1')
  return text
}
