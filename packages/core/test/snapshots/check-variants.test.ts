import { describe, expect, it } from 'vitest'
import { compileVariantFlags } from '../../src/flags/variants.ts'
import type { JsonObject, JsonValue } from '../../src/json.ts'
import { murmur3Split } from '../../src/rules/split.ts'
import type { SchemaIssue } from '../../src/snapshots/check-schema.ts'
import { checkVariants } from '../../src/snapshots/check-variants.ts'
import { finish } from '../../src/turns.ts'

const flagOf = (...values: JsonValue[]): JsonObject => ({
  _variants: values.map((value, at) => ({
    name: `v${at}`,
    enabled: true,
    attributeValues: { value },
    ...(at < values.length - 1 && { rule: `(eq $tier "${at}")` }),
  })),
})

/** Counts the checks; a configuration is refused at each place for which `isWrong` says so. */
function judge(config: JsonObject, isWrong: (seen: Readonly<Record<string, unknown>>) => string[]) {
  const seen: Readonly<Record<string, unknown>>[] = []
  const check = (candidate: JsonValue) => {
    const values = Object.fromEntries(
      Object.entries(candidate as JsonObject).map(([key, flag]) => [key, (flag as JsonObject)['value']]),
    )
    seen.push(values)
    return isWrong(values).map((key): SchemaIssue => ({ path: key === '' ? [] : [key] }))
  }
  const issues = finish(checkVariants(config, compileVariantFlags(config, murmur3Split), check))
  return { issues, seen }
}

describe('checking variants against a schema', () => {
  it('takes as many checks as the flag with the most variants has', () => {
    const config = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`flag${at}`, flagOf(1, 2, 3)]))
    const { issues, seen } = judge(config, () => [])
    expect(issues).toEqual([])
    expect(seen).toHaveLength(3)
    expect(seen.map(({ flag7 }) => flag7)).toEqual([3, 1, 2])
  })

  it('finds a wrong variant wherever it stands', () => {
    for (const at of [0, 1, 2]) {
      const values = [1, 2, 3].map((value, place) => (place === at ? 'wrong' : value))
      const { issues } = judge({ good: flagOf(1, 2), bad: flagOf(...values) }, (seen) =>
        seen['bad'] === 'wrong' ? ['bad'] : [],
      )
      expect(issues).toEqual([{ path: ['bad'] }])
    }
  })

  it('does not refuse two variants that are wrong only together: no request may get both', () => {
    const { issues } = judge({ a: flagOf(1, 2), b: flagOf(1, 2), c: flagOf(1, 2) }, ({ a, b }) =>
      a === 1 && b === 1 ? ['a'] : [],
    )
    expect(issues).toEqual([])
  })

  it('looks at every flag alone where an issue names none', () => {
    const { issues, seen } = judge({ a: flagOf(1, 2), b: flagOf('wrong', 2) }, ({ b }) =>
      b === 'wrong' ? [''] : [],
    )
    expect(issues).toEqual([{ path: [] }])
    // The defaults, both first variants together, a's alone, b's alone.
    expect(seen).toHaveLength(4)
  })
})
