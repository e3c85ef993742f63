/** An operator is described once: what it says of itself is what the compiler does and what docs/flags.md shows. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compileRule, type DescribedOperator, murmur3Split, OPERATORS, RuleError } from '../../src/rules.ts'

const compile = (rule: string) => compileRule(rule, { flag: 'a', split: murmur3Split })
const all = [...OPERATORS.values()]

it('the table in docs/flags.md shows the operators, in their order and their words', () => {
  const page = readFileSync(new URL('../../../../docs/flags.md', import.meta.url), 'utf8')
  const section = page.split('\n## Operators\n')[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const cells = rows.map((row) => row.split(/ *\| */).slice(1, -1))
  expect(cells).toEqual(
    all.map(({ name, example, holdsWhen }) => [`\`${name}\``, `\`${example}\``, holdsWhen]),
  )
})

describe.each(all)('$name', ({ name, example, operands }: DescribedOperator) => {
  it('is what its example is made of', () => {
    expect(example.startsWith(`(${name} `)).toBe(true)
    expect(compile(example).keys.size).toBeGreaterThan(0)
  })

  it('takes the operands that it says it takes', () => {
    if (operands.are === 'named') {
      const value = (operand: string) => `${operand}::${{ pct: '10', in: '$a', by: '$a' }[operand] ?? '"a"'}`
      const [required, optional] = [operands.required.map(value), operands.optional.map(value)]
      compile(`(${[name, ...required].join(' ')})`)
      compile(`(${[name, ...optional, ...required].join(' ')})`)
      for (const left of required)
        expect(() => compile(`(${[name, ...required.filter((each) => each !== left)].join(' ')})`)).toThrow(
          'is missing',
        )
      expect(() => compile(`(${[name, ...required, 'other::1'].join(' ')})`)).toThrow(
        'operands are named here',
      )
      return
    }
    const { are, count, orMore } = operands
    const one = { values: '$a', texts: '$a', tests: '(eq $a 1)', 'value and list': '$a' }[are]
    const rule = (length: number) =>
      `(${[name, ...Array.from({ length }, (_, at) => (at === 1 && are === 'value and list' ? '[1]' : one))].join(' ')})`
    compile(rule(count))
    expect(() => compile(rule(count - 1))).toThrow(RuleError)
    if (orMore) compile(rule(count + 3))
    else expect(() => compile(rule(count + 1))).toThrow('operands are wanted')
  })
})

it('a comparison means the same read from the right, turned', () => {
  const comparisons = all.filter(({ turned }) => turned !== undefined)
  expect(comparisons.map(({ name }) => name)).toEqual(['eq', 'gt', 'gte', 'lt', 'lte'])
  for (const { name, turned } of comparisons)
    for (const age of [17, 18, 19])
      expect(compile(`(${name} $age 18)`)({ age })).toBe(compile(`(${turned} 18 $age)`)({ age }))
})
