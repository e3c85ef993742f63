/** What rules look at: read where it lies, with the precedence that no request can change. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contextKey, Facts } from '../../src/rules/facts.ts'
import { contextOf, type RequestContext } from '../../src/views/context.ts'

const read = (facts: Facts, name: string) => facts.operandOf(contextKey(name))

describe('facts', () => {
  it('are what a source would be sent, key by key, noted or not', () => {
    const keys = [
      'tenantId',
      'tier',
      'cell',
      'plan',
      'country',
      'toString',
      'constructor',
      'a',
      'b',
      'Ab',
      'BC',
    ]
    const value = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constantFrom(undefined, null))
    const values = fc.dictionary(fc.constantFrom(...keys), value)
    const tenant = fc.option(
      fc.record({ id: fc.string(), tier: fc.option(fc.string()), attributes: values }),
      {
        nil: undefined,
      },
    )
    fc.assert(
      fc.property(tenant, fc.option(values, { nil: undefined }), fc.boolean(), (who, context, isNoted) => {
        const facts = Facts.ofRequest(who as never, context)
        if (isNoted) facts.takeNotes()
        const bound = contextOf(who as never, context as RequestContext)
        for (const key of [...keys, ...keys]) {
          const expected = Object.hasOwn(bound, key) ? bound[key] : undefined
          expect([key, read(facts, key)]).toEqual([key, expected ?? undefined])
          expect(facts.has(contextKey(key))).toBe(expected !== undefined && expected !== null)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('stay as they are: a context that is changed later changes nothing, and a getter is asked once', () => {
    let asked = 0
    const context = {
      country: 'DE',
      get plan() {
        asked++
        return 'a'
      },
    }
    const facts = Facts.ofRequest(undefined, context)
    context.country = 'CH'
    for (let at = 0; at < 3; at++) expect([read(facts, 'country'), read(facts, 'plan')]).toEqual(['DE', 'a'])
    expect(asked).toBe(1)
  })

  it('hold nothing that is inherited', () => {
    const facts = Facts.ofRequest(
      { id: 't', attributes: Object.create({ plan: 'a' }) },
      Object.create({ country: 'DE' }) as RequestContext,
    )
    expect(['plan', 'country', 'toString'].map((key) => read(facts, key))).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })

  it('are noted under their keys, also where two keys share a place', () => {
    const names = Array.from({ length: 200 }, (_, at) => `key${at}`)
    const facts = Facts.ofRequest(undefined, Object.fromEntries(names.map((name, at) => [name, at])))
    facts.takeNotes()
    for (let round = 0; round < 2; round++)
      expect(names.map((name) => read(facts, name))).toEqual(names.map((_, at) => at))
  })

  it('have no texts that are too long', () => {
    const facts = Facts.of({ long: 'x'.repeat(8193), short: 'x'.repeat(8192) })
    expect([read(facts, 'long'), read(facts, 'short')]).toEqual([undefined, 'x'.repeat(8192)])
    expect(facts.has(contextKey('long'))).toBe(true)
  })
})
