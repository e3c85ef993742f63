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

/** Gives one of `values` at each call, in random order, each once before one comes again; `first` before all others. */
export function inTurns(random, values, first) {
  let left = first === undefined ? [] : [first]
  let given = first === undefined ? [] : values.filter((value) => value !== first)
  return () => {
    if (left.length === 0) [left, given] = [given.length > 0 ? given : [...values], []]
    const [value] = left.splice(Math.floor(random.between(0, left.length)), 1)
    return value
  }
}
