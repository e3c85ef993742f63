import { expect, it } from 'vitest'
import type { Variant } from '../../src/flags/variants.ts'
import { createOutcomes } from '../../src/views/outcomes.ts'

const variants = (flag: string, count: number): Variant[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `${flag}${at}`,
    rule: undefined,
    isSplit: false,
    served: Object.freeze({ _variant: `${flag}${at}`, enabled: true }),
  }))

it('what was chosen alike is one configuration from the second on, in the order of the snapshot', () => {
  const flags = [
    { key: 'b', variants: variants('b', 2) },
    { key: 'a', variants: variants('a', 3) },
  ]
  const snapshot = Object.freeze({ b: 1, limit: 5, a: 2 })
  const outcomes = createOutcomes(snapshot, flags)
  const first = outcomes.of([1, 2])
  const one = outcomes.of([1, 2])
  expect(one).not.toBe(first)
  expect(one).toEqual(first)
  expect(Object.entries(one)).toEqual([
    ['b', { _variant: 'b1', enabled: true }],
    ['limit', 5],
    ['a', { _variant: 'a2', enabled: true }],
  ])
  expect(outcomes.of([1, 2])).toBe(one)
  expect(outcomes.of([1, 1])).not.toBe(one)
  // Past the end: nothing holds, and the flag is off.
  expect(outcomes.of([2, 3])).toEqual({ b: { enabled: false }, limit: 5, a: { enabled: false } })
})

it('outcomes of one hash are kept apart', () => {
  const many = variants('a', 1).concat(variants('x', 1))
  const flags = [
    { key: 'a', variants: many },
    { key: 'b', variants: many },
    { key: 'c', variants: many },
  ]
  const outcomes = createOutcomes({ a: 0, b: 0, c: 0 }, flags)
  const [first, second] = COLLIDING
  for (let turn = 0; turn < 2; turn++) {
    for (const chosen of [first, second]) {
      const config = outcomes.of(chosen)
      expect(flags.map(({ key }) => config[key])).toEqual(
        chosen.map((at) => many[at]?.served ?? { enabled: false }),
      )
    }
  }
})

/** Two choices for three flags that have one hash. The second has a last place beyond all variants: the flag is off. */
const COLLIDING = [[0, 0, 0], collidingWith([0, 0, 0])] as const

/** The hash mixes by multiplication, so that a last place can make up for the places before it. */
function collidingWith([a, b, c]: readonly [number, number, number]): [number, number, number] {
  const state = (places: readonly number[]) =>
    places.reduce((hash, place) => Math.imul(hash ^ place, 0x01000193), 0x811c9dc5)
  const other = 1
  return [a ^ other, b, state([a, b]) ^ c ^ state([a ^ other, b])]
}
