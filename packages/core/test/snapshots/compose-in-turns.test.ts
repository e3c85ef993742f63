import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Version } from '../../src/documents/version.ts'
import { DocumentError } from '../../src/errors.ts'
import { freezeJson, isPlainObject, type JsonObject, type JsonValue } from '../../src/json.ts'
import type { TenantLayer } from '../../src/layers/tenant-layer.ts'
import { murmur3Split } from '../../src/rules/split.ts'
import { mergeBase, mergingOnce } from '../../src/snapshots/base.ts'
import { type CheckConfig, NO_CHECK } from '../../src/snapshots/check-schema.ts'
import { type Compose, createCompose } from '../../src/snapshots/compose.ts'
import { interning } from '../../src/snapshots/intern.ts'
import { finish, type Steps } from '../../src/turns.ts'
import { viewOf } from '../../src/views/view.ts'

function composer(check: CheckConfig = NO_CHECK) {
  let merges = 0
  const options = { defaults: undefined, split: murmur3Split }
  const merge = mergeBase(options)
  const counting: typeof merge = (layers, versions) => {
    merges++
    return merge(layers, versions)
  }
  const warnings = { noFlag: undefined, unlistedVariant: () => {} }
  const compose = interning(
    createCompose({ ...options, check, warnings, usage: undefined, mergeBase: mergingOnce(counting) }),
  )
  return { compose, merges: () => merges }
}

const layerOf = (profile: string, section?: string): TenantLayer => ({
  document: { application: 'a', environment: 'e', profile },
  section,
  isWithheld: false,
  optional: true,
  pollIntervalSeconds: undefined,
  content: 'object',
  scope: 'everyone',
  isWritten: true,
})

let nextId = 1
const versionOf = (value: JsonObject): Version => ({
  id: nextId++,
  contentType: undefined,
  value: freezeJson(structuredClone(value)),
  versionLabel: undefined,
  revision: String(nextId),
  receivedAtMs: 0,
  composed: false,
})

/** What a client composes for a tenant: a base of two layers, and sections of a third. */
interface Asked {
  readonly layers: readonly TenantLayer[]
  readonly versions: readonly Version[]
}

function askedOf(documents: readonly JsonObject[], sections: readonly string[]): Asked[] {
  const versions = documents.map(versionOf)
  return sections.map((section) => ({
    layers: [layerOf('default'), layerOf('ops'), layerOf('tenants', section)],
    versions,
  }))
}

/** Does the compositions step by step, in the order that is drawn, and gathers what each came to. */
function interleaved(compose: Compose, asked: readonly Asked[], draws: () => number): JsonValue[] {
  const works: (Steps<JsonValue | DocumentError> | undefined)[] = asked.map(({ layers, versions }) =>
    compose(layers, versions),
  )
  const results: JsonValue[] = []
  for (;;) {
    const open = works.flatMap((work, at) => (work ? [[work, at] as const] : []))
    if (open.length === 0) return results
    const [work, at] = open[draws() % open.length] as (typeof open)[number]
    const step = work.next()
    if (!step.done) continue
    works[at] = undefined
    results[at] = seenOf(step.value)
  }
}

/** What a request without a context sees, or the text of an error. */
function seenOf(composed: JsonValue | DocumentError): JsonValue {
  if (composed instanceof DocumentError) return composed.message
  return viewOf(composed, undefined, undefined)?.config ?? composed
}

const keys = (count: number, value: (at: number) => JsonValue): JsonObject =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`key${at}`, value(at)]))
const flag = (at: number): JsonObject => ({
  _variants: [
    { name: 'a', enabled: true, rule: `(eq $tier "${at}")`, attributeValues: { limit: at } },
    { name: 'b', enabled: true, attributeValues: { limit: -at } },
  ],
})

/** RFC 7396, for what holds no flags. */
function patched(target: JsonValue | undefined, patch: JsonValue): JsonValue {
  if (!isPlainObject(patch)) return patch
  const result: Record<string, JsonValue> = isPlainObject(target) ? { ...target } : {}
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key]
    else result[key] = patched(result[key], value)
  }
  return result
}

const LARGE: Readonly<Record<string, readonly JsonObject[]>> = {
  'keys by the thousand': [keys(3000, (at) => at), { key7: 'ops' }, { t1: { key8: 1 }, t2: { key9: null } }],
  'nulls in the base': [keys(6000, (at) => (at % 2 ? null : at)), { key0: null }, {}],
  'objects in objects': [
    { deep: keys(900, (at) => ({ in: keys(3, () => at) })) },
    { deep: keys(900, (at) => ({ in: { key1: -at, key2: null } })) },
    { t1: { deep: { key3: { in: 1 } } } },
  ],
  'flags with variants': [keys(300, flag), { key5: { enabled: false } }, { t1: { key6: flag(1000) } }],
  'flags with attributes': [
    keys(1500, (at) => ({ enabled: true, limit: at })),
    keys(1500, (at) => at % 2 === 0),
    { t2: { key4: { enabled: true, limit: 5 } } },
  ],
  'a layer above that is large': [{ a: 1 }, keys(3000, (at) => at), { t1: keys(3000, (at) => -at) }],
}

describe('composing in turns', () => {
  it.each(
    ['keys by the thousand', 'nulls in the base', 'objects in objects', 'a layer above that is large'].map(
      (name) => [name, LARGE[name] as readonly JsonObject[]] as const,
    ),
  )('merges as RFC 7396 has it: %s', (_, documents) => {
    const [base, ops, sections] = documents as [JsonObject, JsonObject, JsonObject]
    for (const [at, { layers, versions }] of askedOf(documents, ['t1', 't2', 't3']).entries()) {
      const own = sections[`t${at + 1}`] ?? {}
      const expected = patched(patched(patched({}, base), ops), own)
      expect(finish(composer().compose(layers, versions))).toEqual(expected)
    }
  })

  it('loses no flag', () => {
    const asked = askedOf(LARGE['flags with variants'] as JsonObject[], ['t1'])
    const [config] = asked.map(({ layers, versions }) => seenOf(finish(composer().compose(layers, versions))))
    const limits = Object.values(config as JsonObject).map((each) => (each as JsonObject)['limit'])
    const expected: (number | undefined)[] = Array.from({ length: 300 }, (_, at) => -at)
    expected[5] = undefined
    expected[6] = -1000
    expect(limits).toEqual(expected)
  })

  it.each(Object.entries(LARGE))(
    'takes more than a step of, and comes to the same as at once: %s',
    (_, documents) => {
      const asked = askedOf(documents, ['t1', 't2', 't3'])
      const atOnce = composer()
      const expected = asked.map(({ layers, versions }) => seenOf(finish(atOnce.compose(layers, versions))))
      const inTurns = composer()
      const [first] = asked as [Asked, ...Asked[]]
      expect(inTurns.compose(first.layers, first.versions).next().done).toBe(false)
      expect(interleaved(composer().compose, asked, () => 0)).toEqual(expected)
      let at = 0
      expect(interleaved(inTurns.compose, asked, () => at++)).toEqual(expected)
      // Key by key, in the same order.
      expect(JSON.stringify(interleaved(composer().compose, asked, () => at--).at(0))).toBe(
        JSON.stringify(expected[0]),
      )
    },
  )

  it('compiles the flags of a tenant’s own layer in as many steps as those of the base', () => {
    const stepsOf = (...documents: JsonObject[]): number => {
      const [{ layers, versions }] = askedOf(documents, ['t1']) as [Asked]
      const composing = composer().compose(layers, versions)
      let steps = 0
      while (!composing.next().done) steps++
      return steps
    }
    const flags = keys(2000, flag)
    const ofBase = stepsOf(flags, {}, {})
    expect(ofBase).toBeGreaterThan(5)
    expect(stepsOf({}, {}, { t1: flags })).toBeGreaterThanOrEqual(ofBase)
  })

  it('merges the base once for all who are under way', () => {
    const { compose, merges } = composer()
    let at = 0
    interleaved(
      compose,
      askedOf(LARGE['flags with variants'] as JsonObject[], ['t1', 't2', 't3']),
      () => at++,
    )
    expect(merges()).toBe(1)
  })

  it('makes one object for tenants that have nothing of their own, though they are composed at the same time', () => {
    const { compose } = composer()
    const asked = askedOf(LARGE['keys by the thousand'] as JsonObject[], ['t7', 't8'])
    const [one, other] = asked.map(({ layers, versions }) => compose(layers, versions)) as [
      Steps<JsonValue>,
      Steps<JsonValue>,
    ]
    one.next()
    expect(finish(other)).toBe(finish(one))
  })

  it('is done in one step where the configuration is small', () => {
    const documents = [
      keys(100, (at) => ({ enabled: true, limit: at })),
      { key1: false },
      { t1: { key2: 1 } },
    ]
    for (const { layers, versions } of askedOf(documents, ['t1', 't2']))
      expect(
        composer(() => [])
          .compose(layers, versions)
          .next().done,
      ).toBe(true)
    const flags = [keys(20, flag), {}, {}]
    for (const { layers, versions } of askedOf(flags, ['t1']))
      expect(
        composer(() => [])
          .compose(layers, versions)
          .next().done,
      ).toBe(true)
  })

  it('tells a schema of the same configurations, in the same order', () => {
    const documents = LARGE['flags with variants'] as JsonObject[]
    const asked = askedOf(documents, ['t1'])
    const seenBy = (run: (compose: Compose) => unknown): string[] => {
      const seen: string[] = []
      run(
        composer((config) => {
          seen.push(JSON.stringify(config))
          return []
        }).compose,
      )
      return seen
    }
    const atOnce = seenBy((compose) => asked.map(({ layers, versions }) => finish(compose(layers, versions))))
    expect(atOnce).toHaveLength(2)
    expect(seenBy((compose) => interleaved(compose, asked, () => 0))).toEqual(atOnce)
  })

  it('is the same in whatever order its steps are done', () => {
    const value = fc.oneof(
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant({ enabled: true, limit: 1 }),
      fc.constant({ enabled: false }),
      fc.constant({ a: { b: 1, c: null } }),
      fc.nat(50).map(flag),
    )
    const changes = fc.dictionary(
      fc.nat(700).map((at) => `key${at}`),
      value,
      { maxKeys: 20, noNullPrototype: true },
    )
    fc.assert(
      fc.property(
        changes,
        changes,
        changes,
        changes,
        fc.array(fc.nat(5), { minLength: 1, maxLength: 200 }),
        (base, ops, t1, t2, order) => {
          const documents = [{ ...keys(2600, (at) => at), ...base }, ops, { t1, t2 }] as JsonObject[]
          const asked = askedOf(documents, ['t1', 't2', 't3', 't4'])
          const { compose } = composer()
          const expected = asked.map(({ layers, versions }) => seenOf(finish(compose(layers, versions))))
          let at = 0
          const draw = () => order[at++ % order.length] as number
          expect(interleaved(composer().compose, asked, draw)).toEqual(expected)
        },
      ),
      { numRuns: 30 },
    )
  })
})
