import { compileRule, judgeRule, murmur3Split } from '@appconfig-kit/core/rules'
import { describe, expect, it } from 'vitest'
import { RULE_CASES } from '../../core/test/rules/rule-cases.ts'
import { cli, file, flags } from './documents.ts'

const CHECKOUT = {
  _variants: [
    { name: 'oneClick', enabled: true, rule: '(and (eq $tier "gold") (split pct::50 by::$tenantId))' },
    { name: 'plain', enabled: false, rule: '(gte $age 18)' },
    { name: 'control', enabled: true },
  ],
}
const path = () => file('flags.json', flags({ checkout: CHECKOUT, basic: { enabled: false } }))

describe('explain', () => {
  it('ticks the variant, crosses the others, and tells what is unknown', async () => {
    const { code, stdout } = await cli('explain', 'checkout', '--file', path(), '--context', 'tier=silver')
    expect(code).toBe(0)
    expect(stdout).toBe(`checkout: control, on
  ✗ oneClick: its rule does not hold
      ✗ (and (eq $tier "gold") (split pct::50 by::$tenantId))
        ✗ (eq $tier "gold")   tier is "silver"
        ? (split pct::50 by::$tenantId)   tenantId is not in the context
  ✗ plain: its rule cannot be known to hold
      ? (gte $age 18)   age is not in the context
  ✓ control: the default: no rule above it holds
`)
  })

  it('looks no further than the first rule that holds', async () => {
    const { stdout } = await cli('explain', 'checkout', '-f', path(), '-c', 'tier=silver', 'age=20')
    expect(stdout).toMatch(/^checkout: plain, off\n/)
    expect(stdout).toContain('  ✓ plain: its rule holds\n      ✓ (gte $age 18)   age is 20\n')
    expect(stdout).toContain('  ✗ control: not looked at, plain comes first\n')
  })

  it('tells where a value falls', async () => {
    const { stdout } = await cli('explain', 'checkout', '-f', path(), '-c', 'tier=gold', 'tenantId=acme')
    expect(stdout).toMatch(/tenantId is "acme", which falls at \d+\.\d\d of 100\n/)
  })

  it.each([
    ['id=7', 7],
    ['id=-1.5', -1.5],
    ['id=true', true],
    ['id=007', '007'],
    ['id="7"', '7'],
    ['id=', ''],
    ['id=a=b', 'a=b'],
    ['id=Infinity', 'Infinity'],
  ])('reads %s', async (pair, value) => {
    const document = file('a.json', {
      f: {
        _variants: [
          { name: 'a', enabled: true, rule: '(exists key::"id")' },
          { name: 'b', enabled: true },
        ],
      },
    })
    const { stdout } = await cli('explain', 'f', '-f', document, '-c', pair, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ variant: 'a', enabled: true })
    expect(JSON.parse(stdout).variants[0].rule).toEqual({
      text: '(exists key::"id")',
      truth: true,
      because: `id is ${JSON.stringify(value)}`,
      parts: [],
    })
  })

  it('says so of a flag without variants', async () => {
    expect((await cli('explain', 'basic', '-f', path())).stdout).toBe('basic: off; it has no variants\n')
    expect((await cli('explain', 'on', '-f', file('a.yaml', 'on: true'))).stdout).toBe(
      'on: on; it has no variants\n',
    )
  })

  it.each([
    [['nothing'], /holds no nothing, only checkout, basic\./],
    [['checkout', '-c', 'tier'], /It takes key=value/],
  ])('%j is wrong use', async (args, says) => {
    const { code, stderr } = await cli('explain', ...args, '-f', path())
    expect(code).toBe(2)
    expect(stderr).toMatch(/^appconfig-kit: [^\n]+\n$/)
    expect(stderr).toMatch(says)
  })

  it('refuses what is no flag, and what cannot be used', async () => {
    expect(await cli('explain', 'a', '-f', file('a.json', { a: 1 }))).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('is no flag'),
    })
    const broken = file('a.json', {
      a: {
        _variants: [
          { name: 'a', enabled: true, rule: '(x)' },
          { name: 'b', enabled: true },
        ],
      },
    })
    expect(await cli('explain', 'a', '-f', broken)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^[^\n]+a\._variants\.0\.rule: there is no operator "x"[^\n]+\n$/),
    })
  })
})

it('judges every rule as the evaluator does', () => {
  for (const [rule, context] of RULE_CASES) {
    const holds = compileRule(rule, { flag: 'flag', split: murmur3Split })(context)
    expect(judgeRule(rule, 'flag', context).truth === true, rule).toBe(holds)
  }
})
