/** Deciding many flags at once: as each by itself, with rules that several have evaluated once. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { indexOfChosen, type Variant } from '../../src/flags/variants.ts'
import { Facts } from '../../src/rules/facts.ts'
import type { Truth } from '../../src/rules/truth.ts'
import { indexOfChosenAmong, type Results, rulePlaces } from '../../src/views/all-flags.ts'

const served = Object.freeze({ _variant: 'a', enabled: true })
const facts = Facts.ofRequest(undefined, undefined)

it('chooses what each flag by itself would get', () => {
  const truth = fc.constantFrom<Truth[]>(true, false, undefined)
  const flag = fc.array(fc.record({ rule: fc.option(fc.nat(4)), isSplit: fc.boolean() }), { maxLength: 5 })
  fc.assert(
    fc.property(fc.array(truth, { minLength: 5, maxLength: 5 }), fc.array(flag), (truths, flags) => {
      const tests = truths.map((each) => () => each)
      const placeRules = rulePlaces()
      const results: Results = []
      for (const variants of flags) {
        const all = variants.map(
          ({ rule, isSplit }): Variant => ({
            name: 'a',
            served,
            isSplit,
            rule: rule === null ? undefined : tests[rule],
          }),
        )
        const choices = { key: 'a', variants: all, rules: placeRules(all) }
        expect(indexOfChosenAmong(choices, facts, results)).toBe(indexOfChosen(all, facts))
      }
    }),
  )
})

it('evaluates a rule once, whatever it comes to, and a split for each flag', () => {
  let asked = 0
  const [never, unknown, split] = [false, undefined, false].map((truth) => () => {
    asked++
    return truth
  })
  const variants = [never, unknown, split].map(
    (rule): Variant => ({ name: 'a', served, rule, isSplit: rule === split }),
  )
  const placeRules = rulePlaces()
  const results: Results = []
  for (const key of ['a', 'b', 'c'])
    indexOfChosenAmong({ key, variants, rules: placeRules(variants) }, facts, results)
  expect(asked).toBe(2 + 3)
})
