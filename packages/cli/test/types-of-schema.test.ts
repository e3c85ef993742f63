import { describe, expect, it } from 'vitest'
import { cli, file } from './documents.ts'
import { config, typesOf } from './types-of.ts'

describe('types of a JSON Schema', () => {
  const schema = (properties: object, others: object = {}) =>
    file('a.schema.json', {
      $schema: 'http://json-schema.org/draft-04/schema#',
      type: 'object',
      properties,
      ...others,
    })

  it.each<[string, object, string]>([
    ['an integer', { type: 'integer', minimum: 1 }, 'number'],
    ['several types', { type: ['string', 'null'] }, 'string | null'],
    ['an enum', { enum: ['a', 1, null, true] }, "'a' | 1 | null | true"],
    ['anything', { not: { type: 'string' } }, 'unknown'],
    ['a list', { type: 'array', items: { type: ['string', 'number'] } }, 'readonly (string | number)[]'],
    ['a list of any', { type: 'array' }, 'readonly unknown[]'],
    [
      'a list by place',
      { items: [{ type: 'string' }, { type: 'number' }], additionalItems: false },
      'readonly (string | number)[]',
    ],
    [
      'a flag',
      { type: 'object', properties: { enabled: { type: 'boolean' } }, required: ['enabled'] },
      '{ readonly enabled: boolean }',
    ],
    ['an object of no known members', { type: 'object' }, '{ readonly [key: string]: unknown }'],
    [
      'an object of no members',
      { type: 'object', additionalProperties: false },
      '{ readonly [key: string]: never }',
    ],
    [
      'a map beside members',
      { properties: { a: { type: 'string' } }, additionalProperties: { type: 'number' } },
      '{ readonly a?: string; readonly [key: string]: number | string | undefined }',
    ],
    [
      'a map by pattern',
      { patternProperties: { '^a': { type: 'number' } } },
      '{ readonly [key: string]: unknown }',
    ],
    [
      'one of several',
      { type: 'object', oneOf: [{ type: 'string' }, { properties: { a: {} }, required: ['a'] }] },
      'string | { readonly a: unknown }',
    ],
    ['what only narrows', { type: 'string', anyOf: [{ pattern: 'a' }, { pattern: 'b' }] }, 'string'],
    [
      'all of several',
      {
        properties: { a: { type: 'number' } },
        allOf: [{ anyOf: [{ type: 'string' }, { type: 'null' }] }],
      },
      '{ readonly a?: number } & (string | null)',
    ],
  ])('say %s', async (_, property, says) => {
    expect(await typesOf(schema({ key: property }, { required: ['key'] }))).toBe(
      config(`  readonly key: ${says}`),
    )
  })

  it('name no member that the schema does not name, so that not every text is a flag', async () => {
    const open = { additionalProperties: true, patternProperties: { a: {} } }
    expect(await typesOf(schema({ a: { type: 'number', title: 'A' } }, open))).toBe(
      config('  /** A */', '  readonly a?: number'),
    )
  })

  it('declare what is referred to, once, also where it refers to itself', async () => {
    const definitions = {
      'tree node': {
        description: 'A tree.',
        type: 'object',
        properties: { kids: { type: 'array', items: { $ref: '#/definitions/tree%20node' } } },
      },
    }
    const ref = { $ref: '#/definitions/tree node' }
    expect(await typesOf(schema({ a: ref, b: ref }, { definitions }))).toBe(
      [
        config('  readonly a?: TreeNode', '  readonly b?: TreeNode'),
        '/** A tree. */\nexport type TreeNode = { readonly kids?: readonly TreeNode[] }',
      ].join('\n\n'),
    )
  })

  it('are those of what the root refers to', async () => {
    const definitions = {
      Config: { allOf: [{ properties: { a: {} } }, { properties: { b: {} }, required: ['b'] }] },
    }
    const root = {
      $schema: 'http://json-schema.org/draft-04/schema#',
      $ref: '#/definitions/Config',
      definitions,
    }
    expect(await typesOf(file('a.json', root))).toBe(
      config('  readonly a?: unknown', '  readonly b: unknown'),
    )
  })

  it.each<[string, object, RegExp]>([
    [
      'a reference to the network',
      { $ref: 'http://127.0.0.1:1/a.json' },
      /properties\.a\.\$ref: http\S+ is not followed/,
    ],
    ['a reference to another file', { $ref: 'other.json#/a' }, /other\.json#\/a is not followed/],
    [
      'a reference to nothing',
      { $ref: '#/definitions/constructor' },
      /there is no #\/definitions\/constructor/,
    ],
    ['a reference to itself', { $ref: '#/properties/a' }, /#\/properties\/a refers to itself/],
    ['a circle without members', { anyOf: [{ $ref: '#/properties/a' }] }, /refers to itself/],
    ['an unknown type', { type: 'text' }, /properties\.a\.type: there is no type "text"/],
    ['no schema', { type: 'string', maxLength: 'x' }, /no JSON Schema of draft 4/],
  ])('are refused for %s', async (_, a, says) => {
    const { code, stdout, stderr } = await cli('types', schema({ a }, { definitions: {} }))
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^appconfig-kit: [^\n]*a\.schema\.json[^\n]+\n$/)
    expect(stderr).toMatch(says)
  })

  it.each([
    [{ type: 'array' }],
    [{ type: undefined }],
    [{ oneOf: [{ type: 'object' }, { type: 'string' }] }],
  ])('are refused where the root is %j', async (root) => {
    const { code, stderr } = await cli('types', schema({}, { properties: undefined, ...root }))
    expect([code, stderr]).toEqual([2, expect.stringContaining('its root must be one object')])
  })
})
