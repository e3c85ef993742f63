/**
 * Randomness that can be played again.
 *
 * @module
 */

/** Mulberry32, by Tommy Ettinger (public domain): small, and good enough to choose by. */
export function randomOf(seed) {
  let state = seed >>> 0
  function next() {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return {
    between: (least, most) => least + next() * (most - least),
    oneOf: (values) => values[Math.floor(next() * values.length)],
  }
}
