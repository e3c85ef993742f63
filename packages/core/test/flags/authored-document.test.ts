import { describe, expect, it } from 'vitest'
import { readFlags } from '../../src/flags/authored-document.ts'
import type { JsonObject } from '../../src/index.ts'

const COLOR = { constraints: { type: 'string' } }
const document = (values: JsonObject, attributes: JsonObject = { color: COLOR }) => ({
  version: '1',
  flags: { checkout: { name: 'Checkout', attributes } },
  values,
})
const text = (more: JsonObject) => ({ color: { constraints: { type: 'string', ...more } } })

describe('a flags document as it is written', () => {
  it('becomes flags by key: off without attributes, and no dates', () => {
    const values = {
      checkout: {
        enabled: true,
        color: 'blue',
        _createdAt: '2024-01-31T12:00:00Z',
        _updatedAt: '2024-01-31T12:00:00Z',
      },
      search: { enabled: false, color: 'blue' },
      text: { enabled: 'true' },
      nothing: {},
      none: { _variants: [] },
    }
    expect(readFlags(document(values))).toEqual({
      checkout: { enabled: true, color: 'blue' },
      search: { enabled: false },
      text: { enabled: true },
      nothing: { enabled: false },
      none: { enabled: false },
    })
  })

  it('keeps variants with their rules', () => {
    const variants = {
      _variants: [
        { name: 'a', enabled: true, rule: '(eq $a 1)' },
        { name: 'b', enabled: false },
      ],
    }
    expect(readFlags(document({ checkout: variants }))).toEqual({ checkout: variants })
  })

  it('is told from a document that happens to hold the same words', () => {
    for (const other of [
      { version: '1', values: { checkout: true }, more: 1 },
      { version: 1, flags: {} },
      { version: '1', flags: [], values: [] },
      { checkout: { enabled: true } },
    ]) {
      expect(readFlags(other)).toBe(other)
    }
  })

  it('drops what AppConfig does not know at its root', () => {
    expect(readFlags({ ...document({ checkout: { enabled: true } }), more: 1 })).toEqual({
      checkout: { enabled: true },
    })
  })

  it.each<[string, JsonObject, JsonObject, string]>([
    ['a flag that is no object', { checkout: true }, {}, 'values.checkout must be an object'],
    [
      'a key AppConfig refuses',
      { Checkout: { enabled: true } },
      {},
      'values.Checkout must have a key of a lower-case letter',
    ],
    [
      'a number for enabled',
      { checkout: { enabled: 1 } },
      {},
      'values.checkout.enabled must be true or false',
    ],
    [
      'enabled beside variants',
      { checkout: { enabled: true, _variants: [{ name: 'a', enabled: true }] } },
      {},
      'beside _variants',
    ],
    ['variants that are no list', { checkout: { _variants: {} } }, {}, '_variants must be a list'],
    [
      'a required attribute missing',
      { checkout: { enabled: true } },
      text({ required: true }),
      'color is required',
    ],
    ['another type', { checkout: { enabled: true, color: 1 } }, text({}), 'color must be a text'],
    [
      'a text not in the list',
      { checkout: { enabled: true, color: 'red' } },
      text({ enum: ['blue'] }),
      'color is not among the texts of its definition',
    ],
    [
      'a text that does not match',
      { checkout: { enabled: true, color: 'red' } },
      text({ pattern: '^b' }),
      'color does not match the pattern of its definition',
    ],
    [
      'too small',
      { checkout: { enabled: true, n: 0 } },
      { n: { constraints: { type: 'number', minimum: 1 } } },
      'n is less than the minimum of its definition',
    ],
    [
      'too large',
      { checkout: { enabled: true, n: 9 } },
      { n: { constraints: { type: 'number', maximum: 5 } } },
      'n is more than the maximum of its definition',
    ],
    [
      'a list item of another type',
      { checkout: { enabled: true, l: ['a', 1] } },
      { l: { constraints: { type: 'array', elements: { type: 'string' } } } },
      'values.checkout.l.1 must be a text',
    ],
    [
      'an attribute without a definition',
      { checkout: { enabled: true, x: 1, color: 'b' } },
      text({}),
      'x has no definition',
    ],
    [
      'a variant’s attribute',
      { checkout: { _variants: [{ name: 'a', enabled: true, attributeValues: { color: 1 } }] } },
      text({}),
      'values.checkout._variants.0.attributeValues.color must be a text',
    ],
  ])('with %s is refused, and the place is named', (_, values, attributes, says) => {
    expect(() => readFlags(document(values, attributes))).toThrow(says)
  })
})
