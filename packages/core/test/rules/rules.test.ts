import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { chooseVariant, compileVariantFlags } from '../../src/flags/variants.ts'
import type { IonNode } from '../../src/rules/ion/ion-node.ts'
import { parseIon } from '../../src/rules/ion/parse-ion.ts'
import { printRule } from '../../src/rules/ion/print-rule.ts'
import { compileRule, murmur3Split, RuleError, SPLIT_HASH } from '../../src/rules.ts'
import { DOCUMENTED_RULES, DOCUMENTED_SPLITS } from './documented-rules.ts'
import { RULE_CASES, WRONG_RULES } from './rule-cases.ts'

const options = { flag: 'checkout', split: murmur3Split }

describe('a rule', () => {
  it('has a table worth the name', () => {
    expect(RULE_CASES.length).toBeGreaterThanOrEqual(150)
  })

  it.each(RULE_CASES)('%s of %j is %s (%s)', (rule, context, holds) => {
    expect(compileRule(rule, options)(context)).toBe(holds)
  })

  it.each(WRONG_RULES)('%j is refused: %s', (rule, says) => {
    expect(() => compileRule(rule, options)).toThrow(says)
    expect(() => compileRule(rule, options)).toThrow(RuleError)
  })

  it('that docs/flags.md shows is one of these', () => {
    const page = readFileSync(new URL('../../../../docs/flags.md', import.meta.url), 'utf8')
    const shown = [...page.matchAll(/`(\([a-z_]+ .*?\))`/g)].map(([, rule]) => rule)
    const cases = [...RULE_CASES, ...Object.values(DOCUMENTED_RULES).flat()].map(([rule]) => rule)
    expect(shown.length).toBeGreaterThan(15)
    expect(shown.filter((rule) => !cases.includes(rule as string))).toEqual([])
  })

  it('that is wrong shows the line and the spot', () => {
    expect(() => compileRule('(and (eq $a 1)\n     (equals $b 2))', options)).toThrow(
      'there is no operator "equals" at 2:7\n       (equals $b 2))\n        ^',
    )
  })

  it('is printed so that it reads the same', () => {
    for (const [rule] of RULE_CASES) {
      const node = parseIon(rule)
      expect(bare(parseIon(printRule(node)))).toEqual(bare(node))
    }
  })
})

/** Without the places, which printing changes. */
function bare(node: IonNode): unknown {
  const { at: _at, ...rest } = node
  if (rest.type === 'timestamp') return { ...rest, text: undefined }
  return 'items' in rest ? { ...rest, items: rest.items.map(bare) } : rest
}

const text = fc.string({ unit: 'binary', maxLength: 20 })
const symbol = fc.oneof(
  fc.stringMatching(/^[A-Za-z_$][A-Za-z0-9_$]{0,10}$/),
  text.filter((each) => each !== ''),
)
const tree = fc.letrec<{ node: IonNode }>((tie) => ({
  node: fc
    .tuple(
      fc.option(symbol, { nil: undefined }),
      fc.oneof(
        { maxDepth: 4 },
        text.map((value) => ({ type: 'string' as const, value, at: 0 })),
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .map((value) => ({ type: 'number' as const, value, at: 0 })),
        fc
          .tuple(fc.bigInt(), fc.integer({ min: -60, max: 60 }))
          .map(([digits, exponent]) => parseIon(`${digits}e${exponent}`)),
        fc.boolean().map((value) => ({ type: 'boolean' as const, value, at: 0 })),
        fc
          .constantFrom('2024T', '2024-02T', '2024-02-29', '2024-02-29T12:00Z', '2024-02-29T12:00:01.5+01:00')
          .map((value) => parseIon(value)),
        symbol.map((value) => ({ type: 'symbol' as const, value, at: 0 })),
        fc.array(tie('node'), { maxLength: 4 }).map((items) => ({ type: 'list' as const, items, at: 0 })),
        fc
          .array(tie('node'), { maxLength: 4 })
          .map((items) => ({ type: 'expression' as const, items, at: 0 })),
      ),
    )
    .map(([annotation, node]) => (annotation === undefined ? node : { ...node, annotation })),
})).node

describe.each(Object.entries(DOCUMENTED_RULES))("an example on AWS's page %s", (_, rules) => {
  it.each(rules)('%s holds for %j and not for %j', (rule, holds, not) => {
    const evaluate = compileRule(rule, options)
    expect([evaluate(holds), evaluate(not)]).toEqual([true, false])
  })
})

describe('numbers', () => {
  /** 10 to the exponent, as a power that bigints have. */
  const scaled = ([digits, exponent]: readonly [bigint, number]) => digits * 10n ** BigInt(exponent + 40)
  const decimal = fc.tuple(fc.bigInt(-(10n ** 24n), 10n ** 24n), fc.integer({ min: -40, max: 20 }))

  it('compare as bigints do, whichever side the context is on', () => {
    fc.assert(
      fc.property(decimal, decimal, fc.boolean(), (a, other, isNear) => {
        const b = isNear ? ([a[0] + 1n, a[1]] as const) : other
        const [left, right] = [a, b].map(([digits, exponent]) => `${digits}e${exponent}`)
        const holds = (operator: string) =>
          compileRule(`(${operator} $x ${right})`, options)({ x: left as string })
        const [x, y] = [scaled(a), scaled(b)]
        expect(['eq', 'gt', 'lt', 'gte', 'lte'].map(holds)).toEqual([x === y, x > y, x < y, x >= y, x <= y])
        expect(compileRule(`(in $x [0, ${right}])`, options)({ x: left as string })).toBe(x === y || x === 0n)
      }),
      { numRuns: 2000 },
    )
  })

  it('of JavaScript are what they print', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.double({ noNaN: true }), (a, b) => {
        const text = String(a)
        expect(compileRule(`(eq $x ${text.replace('e+', 'e')})`, options)({ x: a })).toBe(true)
        expect(compileRule(`(lt $x ${text.replace('e+', 'e')})`, options)({ x: b })).toBe(b < a)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a timestamp', () => {
  const zones = [process.env['TZ'], 'America/New_York', 'Asia/Tokyo']
  afterEach(() => {
    if (zones[0] === undefined) delete process.env['TZ']
    else process.env['TZ'] = zones[0]
  })

  it.each(zones.slice(1))('means the same on a server in %s', (zone) => {
    process.env['TZ'] = zone
    expect(new Date(2024, 0).toISOString()).not.toBe('2024-01-01T00:00:00.000Z')
    for (const [rule, context, holds] of RULE_CASES.filter(([each]) => each.includes('20')))
      expect([rule, compileRule(rule, options)(context)]).toEqual([rule, holds])
  })
})

describe('hostile input', () => {
  it('printing and parsing are inverse', () => {
    fc.assert(
      fc.property(tree, (node) => {
        expect(bare(parseIon(printRule(node)))).toEqual(bare(node))
      }),
      { numRuns: 1000 },
    )
  })

  it('is a rule or a RuleError, and whatever it is, evaluating never throws', { timeout: 120_000 }, () => {
    const context = { tier: 'gold', age: 20, id: 'tenant-01', beta: true, text: 'a'.repeat(500) }
    const rules = fc.oneof(
      fc.string({ maxLength: 200 }),
      fc.string({ unit: fc.constantFrom(...'()[]"\'$:,/*\\ eqandor1.-T'), maxLength: 80 }),
      mutated,
    )
    let compiled = 0
    fc.assert(
      fc.property(rules, (rule) => {
        let holds: unknown
        try {
          holds = compileRule(rule, options)(context)
          compiled++
        } catch (error) {
          expect(error).toBeInstanceOf(RuleError)
          return
        }
        expect(holds).toBeTypeOf('boolean')
      }),
      { numRuns: 100_000 },
    )
    // Most of it is nonsense; some must get through, or this shows nothing.
    expect(compiled).toBeGreaterThan(1000)
    expect(Object.keys(Object.prototype)).toEqual([])
  })

  const many = (count: number, one: (at: number) => string) =>
    `(or ${Array.from({ length: count }, (_, at) => one(at)).join(' ')})`
  const long = 'a'.repeat(8192)

  it.each([
    ['a catastrophic pattern', '(matches in::$x pattern::"(a|aa)*$")', 'a'.repeat(500)],
    ['nested repetitions', '(matches in::$x pattern::"((a{0,20}){0,10})b")', 'a'.repeat(500)],
    ['many patterns', many(24, (at) => `(matches in::$x pattern::"(a*)*b${at}")`), 'a'.repeat(1000)],
    ['a huge list', `(in $x [${Array.from({ length: 3000 }, (_, at) => at).join(',')}])`, '9'.repeat(8192)],
    ['deep nesting', `${'(not '.repeat(60)}(eq $x "a")${')'.repeat(60)}`, 'b'],
    ['many searches of a long text', many(700, (at) => `(contains $x "${at}")`), long],
    ['many comparisons of long texts', many(700, () => '(lt $y $x)'), long],
    ['many timestamps', many(700, () => '(gt $x 2024-01-01)'), '2'.repeat(8192)],
    ['many long numbers', many(300, (at) => `(eq $x ${at}${'9'.repeat(40)})`), '9'.repeat(64)],
    ['a number of many zeros', `(eq $x 1${'0'.repeat(16_000)}1)`, `1${'0'.repeat(60)}`],
    ['many splits', many(380, (at) => `(split pct::0 by::$x seed::"${at}")`), long],
  ])('%s ends', (_, rule, x) => {
    // Ends at all is what a test can say without timing: backtracking would not, in this universe.
    // How long each takes: `node test/bench/hostile-rules.mjs`.
    const evaluate = compileRule(rule, options)
    for (let i = 0; i < 100; i++) expect(evaluate({ x, y: `${long.slice(1)}b` })).toBeTypeOf('boolean')
  })
})

/** Valid rules with a few characters changed, taken away or added. */
const mutated = fc
  .tuple(
    fc.constantFrom(...RULE_CASES.map(([rule]) => rule)),
    fc.array(fc.tuple(fc.nat(60), fc.nat(2), fc.string({ maxLength: 2 })), { maxLength: 3 }),
  )
  .map(([rule, changes]) =>
    changes.reduce((text, [at, gone, added]) => text.slice(0, at) + added + text.slice(at + gone), rule),
  )

describe('split', () => {
  const IDS = 1_000_000
  /** Hashes each id once for each seed, whatever the rules and however many. */
  const falls = new Map<string, Float64Array>()
  const split = (seed: string, id: string) => {
    let known = falls.get(seed)
    if (known === undefined) {
      known = Float64Array.from({ length: IDS }, (_, at) => murmur3Split(seed, `user-${at}`))
      falls.set(seed, known)
    }
    return known[Number(id)] as number
  }
  const share = (rule: string, flag = 'a') => {
    const holds = compileRule(rule, { flag, split })
    return Uint8Array.from({ length: IDS }, (_, id) => Number(holds({ id })))
  }
  const percent = (hits: Uint8Array) => (hits.reduce((sum, hit) => sum + hit, 0) / IDS) * 100
  const both = (a: Uint8Array, b: Uint8Array) => a.map((hit, at) => hit & (b[at] as number))

  it('gives the percentage, nests under one seed, and is independent under others', {
    timeout: 120_000,
  }, () => {
    const twenty = share('(split pct::20 by::$id seed::"s")')
    const twentyFive = share('(split pct::25 by::$id seed::"s")', 'b')
    const other = share('(split pct::25 by::$id seed::"t")')
    expect(Math.abs(percent(twenty) - 20)).toBeLessThan(0.2)
    expect(Math.abs(percent(twentyFive) - 25)).toBeLessThan(0.2)
    expect(twenty.every((hit, at) => hit <= (twentyFive[at] as number))).toBe(true)
    expect(Math.abs(percent(both(twenty, other)) - 5)).toBeLessThan(0.2)
  })

  it('falls differently for each flag without a seed', { timeout: 120_000 }, () => {
    const [a, b] = [share('(split pct::50 by::$id)', 'a'), share('(split pct::50 by::$id)', 'b')]
    expect(Math.abs(percent(both(a, b)) - 25)).toBeLessThan(0.2)
  })

  it.each(DOCUMENTED_SPLITS)(
    'of variants with %j gives %j percent, as documented',
    {
      timeout: 120_000,
    },
    (rules, expected) => {
      const names = ['A', 'B', 'C']
      const _variants = [...rules, undefined].map((rule, at) => ({
        name: names[at] as string,
        enabled: true,
        ...(rule !== undefined && { rule }),
      }))
      const flags = compileVariantFlags({ checkout: { _variants } }, split)
      const counts = new Map(_variants.map(({ name }) => [name, 0]))
      for (let uniqueId = 0; uniqueId < IDS; uniqueId++) {
        const name = chooseVariant(flags.get('checkout') ?? [], { uniqueId })['_variant'] as string
        counts.set(name, (counts.get(name) ?? 0) + 1)
      }
      for (const [at, count] of [...counts.values()].entries())
        expect(Math.abs((count / IDS) * 100 - (expected[at] as number))).toBeLessThan(0.2)
    },
  )

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
    ],
    ['answers nothing', () => undefined],
    ['answers NaN', () => Number.NaN],
    ['answers percents', () => 42],
    ['answers less than nothing', () => -1],
  ])('is neither true nor false where a hash of the user’s own %s', (_, split) => {
    const broken = { flag: 'a', split: split as () => number }
    expect(compileRule('(split pct::100 by::$id)', broken)({ id: 'x' })).toBe(false)
    expect(compileRule('(not (split pct::100 by::$id))', broken)({ id: 'x' })).toBe(false)
  })

  it('stays as it is: golden vectors of the named version', () => {
    expect(SPLIT_HASH).toBe('appconfig-kit/murmur3/2')
    expect(
      [
        ['seed', 'user-1'],
        ['seed', 'user-2'],
        ['checkout', 'tenant-01'],
        ['', ''],
        ['ä', '\u{1F600}'],
      ].map(([seed, value]) => murmur3Split(seed as string, value as string)),
    ).toMatchInlineSnapshot(`
      [
        0.26089389994740486,
        0.9229860240593553,
        0.20514715579338372,
        0.38875073101371527,
        0.5462462867144495,
      ]
    `)
  })
})
