import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { freezeJson, type JsonObject, type JsonValue } from '../../src/json.ts'
import { mergeLayer } from '../../src/layers/merge.ts'
import { finish } from '../../src/turns.ts'
import { MERGE_CASES } from './merge-cases.ts'

const layerOf = (flag: JsonValue | undefined): JsonObject =>
  freezeJson(flag === undefined ? {} : structuredClone({ flag }))

const merge = (lower: JsonObject, upper: JsonObject): JsonObject => finish(mergeLayer(lower, upper))

describe('merging flags', () => {
  it.each(Object.entries(MERGE_CASES))('%s', (_, { lower, upper, merged }) => {
    expect(merge(layerOf(lower), layerOf(upper))).toEqual(layerOf(merged))
  })
})

describe('merging', () => {
  it('merges objects key by key, however deep', () => {
    const lower = freezeJson({ a: { b: { c: 1, d: 2 } }, e: 3 })
    expect(merge(lower, freezeJson({ a: { b: { d: 4 } } }))).toEqual({ a: { b: { c: 1, d: 4 } }, e: 3 })
  })

  it('replaces lists whole', () => {
    expect(merge(freezeJson({ a: [1, 2] }), freezeJson({ a: [3] }))).toEqual({ a: [3] })
  })

  it('shares what no layer touches', () => {
    const lower = freezeJson({ untouched: { deep: [1] }, touched: { x: 1 } })
    const merged = merge(lower, freezeJson({ touched: { y: 2 } }))
    expect(merged['untouched']).toBe(lower.untouched)
    expect(Object.isFrozen(merged['touched'])).toBe(true)
  })

  it('treats enabled as an ordinary key below the top level', () => {
    const lower = freezeJson({ group: { flag: { enabled: true, _variants: [] } } })
    expect(merge(lower, freezeJson({ group: { flag: { enabled: false } } }))).toEqual({
      group: { flag: { enabled: false, _variants: [] } },
    })
  })

  it('pollutes no prototype, and takes constructor and toString for plain keys', () => {
    const upper = freezeJson({ constructor: { prototype: { polluted: true } }, toString: 1 })
    const merged = merge(freezeJson({}), upper)
    expect(Object.hasOwn(merged, 'constructor')).toBe(true)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('is RFC 7396 for whatever holds no flags', () => {
    // Keys that can't make a flag; the RFC's own algorithm as the oracle.
    const json = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.string(),
        fc.constant(null),
        fc.array(fc.integer()),
        tie('object'),
      ),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value'), { noNullPrototype: true }),
    })).object
    fc.assert(
      fc.property(json, json, (lower, upper) => {
        expect(merge(freezeJson(lower), freezeJson(upper))).toEqual(mergePatch(lower, upper))
      }),
    )
  })
})

function mergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = mergePatch(result[key], value)
  }
  return result
}
