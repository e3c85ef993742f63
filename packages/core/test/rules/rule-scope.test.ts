/** What a document of rules may cost to compile. */
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { describe, expect, it } from 'vitest'
import { readFlagDocument } from '../../src/flags/authored-document.ts'
import { compileTest } from '../../src/rules/compile-rule.ts'
import { RuleScope } from '../../src/rules/rule-scope.ts'
import { unrolledSize } from '../../src/rules/unrolled-size.ts'
import { compileRule, murmur3Split, RuleError } from '../../src/rules.ts'
import { finish } from '../../src/turns.ts'

const flagsOf = (rules: readonly string[]) =>
  Object.fromEntries(
    rules.map((rule, at) => [
      `flag${at}`,
      {
        _variants: [
          { name: 'a', enabled: true, rule },
          { name: 'b', enabled: false },
        ],
      },
    ]),
  )
const many = (count: number, one: (at: number) => string) => Array.from({ length: count }, (_, at) => one(at))

describe('the patterns of a document', () => {
  it('are taken where they are some hundred', () => {
    const rules = many(200, (at) => `(matches in::$email pattern::"^.*@example${at}\\\\.com$")`)
    expect(finish(readFlagDocument(flagsOf(rules))).faults).toBeUndefined()
  })

  it('cost nothing where they are there again', () => {
    const rules = many(5000, () => '(matches in::$email pattern::"^.*@example\\\\.com$")')
    expect(finish(readFlagDocument(flagsOf(rules))).faults).toBeUndefined()
  })

  it.each([
    ['thousands', (at: number) => `${at}`],
    ['large repetitions', (at: number) => `a{${300 + at}}`],
    ['classes of Unicode', (at: number) => `\\\\pL${at}`],
    ['what is refused for its states', (at: number) => `((a{30}){20}){1}${at}`],
  ])('that are %s are refused, once, with what to do', (_, pattern) => {
    const rules = many(20_000, (at) => `(matches in::$x pattern::"${pattern(at)}")`)
    const { faults = [] } = finish(readFlagDocument(flagsOf(rules)))
    const costly = faults.filter(({ text }) => text.includes('cost too much together'))
    expect(costly).toHaveLength(1)
    expect(costly[0]?.text).toContain('Use begins_with')
    expect(faults.length).toBeLessThan(100)
  })

  it('are counted through constraints of attributes, too', () => {
    const attributes = Object.fromEntries(
      many(2000, (at) => `a${at}`).map((name) => [
        name,
        { constraints: { type: 'string', pattern: `${name}{200}` } },
      ]),
    )
    const document = { version: '1', flags: { f: { name: 'f', attributes } }, values: {} }
    const texts = finish(readFlagDocument(document)).faults?.map(({ text }) => text) ?? []
    expect(texts.filter((text) => text.includes('cost too much together'))).toHaveLength(1)
    expect(texts.filter((text) => text.includes('RE2'))).toEqual([])
  })
})

describe('one rule', () => {
  it.each([
    ['unrolls to millions', `(?:${'abcdefgh'.repeat(1000)}){1000}`],
    ['is made of empty groups', `(${'()'.repeat(4000)}){1000}`],
    ['hides a class in a quote', `(?:\\\\Q[\\\\E${'a'.repeat(8000)}]){1000}`],
    ['is a class of classes', `[${'\\\\pL'.repeat(3000)}]`],
  ])('is refused before it is compiled where its pattern %s', (_, pattern) => {
    const compile = () =>
      compileRule(`(matches in::$x pattern::"${pattern}")`, { flag: 'f', split: murmur3Split })
    expect(compile).toThrow(RuleError)
    expect(compile).toThrow('cost too much')
  })
})

it('a size is estimated that is not much below the one RE2 comes to', () => {
  const atom = fc.constantFrom(
    'a',
    '\\d',
    '[a-c]',
    '[^]x]',
    '.',
    '\\pL',
    '\\Qb(c\\E',
    '[[:alpha:]_]',
    '()',
    '\\x{41}',
  )
  const part = fc.letrec<{ node: string }>((tie) => ({
    node: fc
      .tuple(
        fc.oneof(
          { maxDepth: 3 },
          atom,
          fc.array(tie('node'), { minLength: 1, maxLength: 4 }).map((all) => `(${all.join('')})`),
          fc.tuple(tie('node'), tie('node')).map((all) => `(?:${all.join('|')})`),
        ),
        fc.constantFrom('', '', '?', '*', '{3}', '{0,4}', '{2,}'),
      )
      .map((all) => all.join('')),
  })).node
  fc.assert(
    fc.property(part, (pattern) => {
      let states: number
      try {
        states = RE2JS.compile(pattern).programSize()
      } catch {
        return
      }
      expect(unrolledSize(pattern) * 4 + pattern.length + 5).toBeGreaterThanOrEqual(states)
    }),
    { numRuns: 3000 },
  )
})

it('one rule is one function, for all flags of a document, unless it depends on the flag', () => {
  const scope = new RuleScope()
  const compile = (rule: string, flag: string) => compileTest(rule, { flag, split: murmur3Split, scope })
  expect(compile('(eq $tier "gold")', 'a').test).toBe(compile('(eq $tier "gold")', 'b').test)
  expect(compile('(eq $tier "gold")', 'a').keys).toEqual(new Set(['tier']))
  const split = '(or (eq $tier "gold") (split pct::50 by::$id))'
  expect(compile(split, 'a').test).not.toBe(compile(split, 'b').test)
  expect(() => compile('(eq $tier)', 'a')).toThrow(RuleError)
  expect(() => compile('(eq $tier)', 'b')).toThrow(RuleError)
})

it('one key is one object, for all rules of a document', () => {
  const scope = new RuleScope()
  expect(scope.key('tier')).toBe(scope.key('ti' + 'er'))
  expect(scope.key('tier')).not.toBe(scope.key('cell'))
})
