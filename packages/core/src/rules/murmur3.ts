/**
 * MurmurHash3, the 32 bit variant for x86: fast, well distributed, and no protection against anybody who looks for
 * collisions on purpose.
 *
 * Source: Austin Appleby's description in the public domain (SMHasher, MurmurHash3.cpp); its constants are his.
 *
 * @module
 */

/** The hash of a text's UTF-8 bytes, a whole number from 0 to 2^32 - 1. */
export function murmur3(text: string, seed = 0): number {
  // A text whose characters are the bytes: most ids and seeds are that already.
  const bytes = isAscii(text) ? text : Buffer.from(text).toString('latin1')
  const blocksEnd = bytes.length & ~3
  let hash = seed
  for (let at = 0; at < blocksEnd; at += 4) {
    hash ^= scrambled(
      bytes.charCodeAt(at) |
        (bytes.charCodeAt(at + 1) << 8) |
        (bytes.charCodeAt(at + 2) << 16) |
        (bytes.charCodeAt(at + 3) << 24),
    )
    hash = Math.imul((hash << 13) | (hash >>> 19), 5) + 0xe6546b64
  }
  let tail = 0
  for (let at = bytes.length - 1; at >= blocksEnd; at--) tail = (tail << 8) | bytes.charCodeAt(at)
  return finalized(hash ^ scrambled(tail) ^ bytes.length)
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

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}
