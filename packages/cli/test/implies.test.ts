import { compileRule, type RuleContext } from '@appconfig-kit/core/rules'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RULE_CASES } from '../../core/test/rules/rule-cases.ts'
import { claimOf } from '../src/lint/claim.ts'
import { implies, neverHolds } from '../src/lint/implies.ts'
import { claimsOf, lossOf } from '../src/lint/lost-variants.ts'

describe('one rule holds whenever another does', () => {
  it.each([
    ['the same, written otherwise', '(eq "gold" $tier)', '(eq $tier /* so */ "gold")'],
    ['named operands in another order', '(split by::$id pct::10)', '(split pct::10 by::$id)'],
    ['and, in another order', '(and (eq $a 1) (eq $b 2))', '(and (eq $b 2) (eq $a 1))'],
    ['a conjunct', '(and (eq $a 1) (eq $b 2))', '(eq $a 1)'],
    ['a branch', '(eq $a 1)', '(or (eq $b 2) (eq $a 1))'],
    ['all branches', '(or (eq $a 1) (eq $a 2))', '(in $a [1, 2, 3])'],
    ['all cases of an or inside an and', '(and (eq $b 1) (or (eq $a 1) (eq $a 2)))', '(lt $a 3)'],
    ['true and false folded', '(and (eq $a 1) true)', '(or false (not (not (eq $a 1))))'],
    ['whatever, of what always holds', '(eq $a 1)', '(or (eq $b 2) (eq "x" "x"))'],
    ['fewer constants', '(in $a ["x", 1])', '(in $a [1, "y", "x"])'],
    ['constants apart', '(in $a ["x", "y"])', '(or (eq $a "x") (eq $a "y"))'],
    ['a text that holds a number', '(eq $a "1")', '(eq $a 1)'],
    ['a text that holds a boolean', '(eq $a "true")', '(eq $a true)'],
    ['the other boolean', '(not (eq $a true))', '(eq $a false)'],
    ['a text that holds a timestamp', '(eq $a "2024-01-31")', '(lt $a 2024-02T)'],
    ['a text and what is in it', '(eq $a "abc")', '(begins_with $a "ab")'],
    ['a text and a pattern', '(in $a ["abc", "abd"])', '(matches in::$a pattern::"^ab.$")'],
    ['a longer beginning', '(begins_with $a "abc")', '(begins_with $a "ab")'],
    ['an ending with more in it', '(ends_with $a "abc")', '(contains $a "b")'],
    ['a tighter bound', '(gt $age 65)', '(gt $age 18)'],
    ['a bound from the left', '(lt 65 $age)', '(gte $age 65)'],
    ['a bound that is known not to hold', '(not (gt $age 18))', '(lte $age 18)'],
    ['a number among bounds', '(eq $age 20)', '(and (gt $age 18) (lt $age 30))'],
    ['a bound without a number', '(gt $age 18)', '(not (eq $age 18))'],
    ['a number that JavaScript does not have', '(eq $a 9007199254740993)', '(eq $a 9_007_199_254_740_993)'],
    ['timestamps', '(gt $now 2024-06-01T00:00Z)', '(gte $now 2024T)'],
    ['what looks at a key, that it is there', '(not (eq $a 1))', '(exists key::"a")'],
    ['what looks at a key, a split of all', '(eq $a 1)', '(split pct::100 by::$a)'],
    ['a smaller split', '(split pct::10 by::$id seed::"s")', '(split pct::20 by::$id seed::"s")'],
    ['a context value in the place of a test', '(and $beta (eq $a 1))', '(eq $beta true)'],
    ['a test in the place of a value', '(eq (gt $age 65) false)', '(lte $age 65)'],
    ['not a larger split', '(not (split pct::20 by::$id))', '(not (split pct::10 by::$id))'],
  ])('%s', (_, a, b) => {
    expect(implies(claimOf(a), claimOf(b))).toBe(true)
  })

  it.each([
    ['nothing is known of X or not X', '(exists key::"b")', '(or (eq $a 1) (not (eq $a 1)))'],
    ['"1.0" is 1 and not "1"', '(eq $a 1)', '(eq $a "1")'],
    ['a text is no number, nor is it none', '(not (in $a [1]))', '(not (eq $a 1))'],
    ['not to be in an empty list takes a value', '(exists key::"b")', '(not (in $a []))'],
    ['JavaScript has one number for two', '(eq $a 9007199254740993)', '(eq $a 9007199254740992)'],
    ['JavaScript has no number between', '(gt $a 9007199254740992)', '(gte $a 9007199254740994)'],
    ['nor between negative ones', '(lt $a -9007199254740992)', '(lte $a -9007199254740994)'],
    ['nor between decimals', '(gt $a 0.1)', '(gte $a 0.10000000000000002)'],
    ['nor between other decimals', '(gt $a 0.3)', '(gte $a 0.30000000000000004)'],
    ['nor above zero', '(gt $a 0)', '(gte $a 5e-324)'],
    ['nor below zero', '(lt $a 0)', '(lte $a -5e-324)'],
    ['two keys', '(eq $a $b)', '(eq $a 1)'],
    ['texts are ordered as texts', '(gt $a 5)', '(gt $a "3")'],
    ['another seed', '(split pct::10 by::$id seed::"s")', '(split pct::20 by::$id)'],
    ['another key', '(split pct::10 by::$id)', '(split pct::20 by::$tenantId)'],
    ['a larger split', '(split pct::20 by::$id)', '(split pct::10 by::$id)'],
    ['a test in the place of a value is not looked into', '(eq (gt $age 65) (eq $a 1))', '(exists key::"a")'],
    ['a key is not there', '(not (exists key::"a"))', '(split pct::100 by::$a)'],
    ['what is in a text need not begin it', '(contains $a "abc")', '(begins_with $a "ab")'],
    ['what begins a text need not end it', '(begins_with $a "ab")', '(ends_with $a "ab")'],
    ['which hash serves is not known', '(eq $id "a")', '(split pct::99 by::$id)'],
  ])('not where %s', (_, a, b) => {
    expect(implies(claimOf(a), claimOf(b))).toBe(false)
  })
})

describe('a rule never holds', () => {
  it.each([
    ['(and (eq $a 1) false)'],
    ['(eq "x" "y")'],
    ['(in $a [])'],
    ['(gt $a true)'],
    ['(contains $a 1)'],
    ['(and (eq $tier "a") (eq $tier "b"))'],
    ['(and (eq $a 1) (not (eq $a 1)))'],
    ['(and (contains $a $b) (or (eq $c 1) true) (not (contains $a $b)))'],
    ['(and (gt $a 5) (lt $a 5))'],
    ['(and (gt $a 5) (in $a [1, 2, "x"]))'],
    ['(and (in $a ["x", "y"]) (not (in $a ["y", "x", "z"])))'],
    ['(and (eq $a true) (eq $a false))'],
    ['(and (eq $a "x") (gt $a 5))'],
    ['(and (eq $a "abc") (begins_with $a "b"))'],
    ['(and (eq $a 1) (not (exists key::"a")))'],
    ['(split pct::0 by::$id)'],
    ['(not (split pct::100 by::$id))'],
    ['(and (split pct::10 by::$id) (not (split pct::20 by::$id)))'],
  ])('%s', (rule) => {
    expect(neverHolds(claimOf(rule))).toBe(true)
  })

  it.each([
    ['(and (eq $a "1") (eq $a 1))'],
    ['(and (eq $a "1") (eq $a "1.0"))'],
    ['(and (gte $a 5) (lte $a 5))'],
    ['(and (gt $a 1) (lt $a 2))'],
    ['(and (not (in $a [1])) (not (in $a [2])))'],
    ['(and (split pct::20 by::$id) (not (split pct::10 by::$id)))'],
  ])('but %s can', (rule) => {
    expect(neverHolds(claimOf(rule))).toBe(false)
  })

  it('is said of no rule that is known to hold', () => {
    for (const [rule, , holds] of RULE_CASES) if (holds) expect(neverHolds(claimOf(rule)), rule).toBe(false)
  })
})

describe('what is said of random rules', () => {
  const key = fc.constantFrom('$a', '$b')
  const number = fc.constantFrom('0', '1', '1.5', '2', '-1')
  const word = fc.constantFrom('"1"', '"1.0"', '"x"', '"xy"', '""', '"true"', '"2024-01-31"', 'true', 'false')
  const timestamp = fc.constantFrom('2024T', '2024-01-31', '2024-06-01T00:00Z')
  const constant = fc.oneof(number, word, timestamp)
  const part = fc.constantFrom('"x"', '"xy"', '"y"', '""', '"1"', '2')
  const seed = fc.constantFrom('', ' seed::"s"')
  const spaced = (...parts: readonly fc.Arbitrary<string>[]) =>
    fc.tuple(...parts).map((texts) => `(${texts.join(' ')})`)
  const list = (maxLength: number) =>
    fc.array(constant, { maxLength }).map((constants) => `[${constants.join(', ')}]`)
  const comparison = fc.constantFrom('eq', 'gt', 'gte', 'lt', 'lte')
  const search = fc.constantFrom('begins_with', 'ends_with', 'contains')
  const percentage = fc.constantFrom('pct::0', 'pct::10', 'pct::20', 'pct::100')
  const by = fc.constantFrom('by::$a', 'by::$b', 'by::"all"')
  const leaf = fc.oneof(
    spaced(comparison, key, constant),
    spaced(comparison, constant, key),
    spaced(comparison, key, key),
    spaced(comparison, constant, constant),
    spaced(fc.constant('in'), key, list(4)),
    spaced(search, key, fc.oneof(part, key)),
    spaced(fc.constantFrom('exists key::"a"', 'exists key::"b"')),
    spaced(
      fc.constant('matches'),
      fc.constantFrom('in::$a', 'in::"x"'),
      fc.constantFrom('pattern::"^x"', 'pattern::"1"'),
    ),
    spaced(fc.constant('split'), percentage, by).chain((split) =>
      seed.map((own) => split.replace(/\)$/, `${own})`)),
    ),
    fc.constantFrom('true', 'false', '$a'),
  )
  const { any } = fc.letrec<{ any: string }>((tie) => ({
    any: fc.oneof(
      { maxDepth: 3, depthSize: 'small' },
      { arbitrary: leaf, weight: 3 },
      spaced(fc.constant('not'), tie('any')),
      spaced(fc.constantFrom('and', 'or'), tie('any'), tie('any')),
      spaced(fc.constantFrom('and', 'or'), tie('any'), tie('any'), tie('any')),
      spaced(fc.constant('eq'), tie('any'), fc.oneof(tie('any'), constant)).filter(isRule),
    ),
  }))
  const rule = any.filter(isRule)
  /** Few enough that several take one. */
  const narrow = spaced(fc.constantFrom('in $a', 'eq $a'), fc.constantFrom('"x"', '"y"', '1', 'true')).map(
    (text) => text.replace(/(in \$a) (.*)\)/, '$1 ["x", $2, "xy"])'),
  )

  const searches = spaced(search, fc.constant('$a'), part)
  const bound = spaced(comparison, fc.constant('$a'), number)
  const bounds = spaced(
    fc.constantFrom('and', 'or'),
    bound,
    fc.oneof(bound, spaced(fc.constant('not'), bound)),
  )

  const VALUES = [
    ...[undefined, 0, -0, 1, 1.2, 1.5, 3, -1, -2, Number.NaN, Number.POSITIVE_INFINITY, true, false],
    ...['', '0', '1', '1.0', '+1', '1.2', '2.0', '-5', '1e999', 'x', 'xy', 'yx', 'y', 'true', 'false'],
    ...[
      '2023',
      '2024',
      '2024-01-31',
      '2024-01-31T00:00Z',
      '2024-03-01',
      '2024-06-01T01:00+01:00',
      '2025-01-01',
    ],
  ]
  /** Any function of seed and value may serve; these fall on all sides of the percentages above. */
  const FALLS = [0, 0.1, 0.15, 0.99]

  /** A context that gets the last of these variants; undefined for none. */
  function whoGets(rules: readonly string[]): RuleContext | undefined {
    const text = rules.join()
    const of = (name: string) => (new RegExp(`[$"]${name}\\b`).test(text) ? VALUES : [undefined])
    for (const own of text.includes('split') ? FALLS : [0])
      for (const shared of text.includes('seed') ? FALLS : [0]) {
        const split = (salt: string) => (salt === 's' ? shared : own)
        const compiled = rules.map((each) => compileRule(each, { flag: 'flag', split }))
        const last = compiled.pop()
        for (const a of of('a'))
          for (const b of of('b')) {
            const context = { ...(a === undefined ? {} : { a }), ...(b === undefined ? {} : { b }) }
            if (last?.(context) && !compiled.some((above) => above(context))) return context
          }
      }
    return undefined
  }

  it.each([
    ['whatever they look at', rule, 1000, ['never', 'taken', 'bySplits']],
    ['with bounds', fc.oneof(bound, bounds), 1000, ['never', 'taken']],
    ['with searches', searches, 1000, ['taken']],
    ['on one key', narrow, 1000, ['taken', 'together']],
  ] as const)('is true, %s: nobody gets a variant that is called lost', (_, rules, numRuns, reasons) => {
    const said = { never: 0, taken: 0, together: 0, bySplits: 0 }
    fc.assert(
      fc.property(fc.array(rules, { minLength: 1, maxLength: 4 }), (texts) => {
        const claims = [...claimsOf(texts.map((text) => ({ name: text, place: '', rule: text })))]
        const last = claims.pop()
        const loss = last && lossOf(last.claim, claims)
        if (loss === undefined) return
        said[loss.takenBy.length === 0 ? 'never' : loss.takenBy.length === 1 ? 'taken' : 'together']++
        if (loss.bySplits) said.bySplits++
        const takers = [...loss.takenBy.map(({ name }) => name), texts.at(-1) as string]
        expect(whoGets(takers), takers.join('  ')).toBeUndefined()
      }),
      { numRuns },
    )
    // Or else it would be true of nothing.
    for (const reason of reasons) expect(said[reason], reason).toBeGreaterThan(0)
  })
})

function isRule(text: string): boolean {
  try {
    compileRule(text, { flag: 'flag', split: () => 0 })
    return true
  } catch {
    return false
  }
}
