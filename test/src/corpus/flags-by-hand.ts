/**
 * Documents of flags, each with one thing of interest.
 *
 * @module
 */
import type { CorpusDocument } from '../document-corpus.ts'
import { authored, GOLD, REST, utf8 } from './pieces.ts'

const COLOR = { color: { constraints: { type: 'string', enum: ['blue', 'green'], required: true } } }
const LIMIT = { limit: { constraints: { type: 'number', minimum: 1, maximum: 5 } } }
const TAGS = { tags: { constraints: { type: 'array', elements: { type: 'string', pattern: '^[a-z]+$' } } } }

const valued = (value: object, attributes?: object): object => authored({ f: value }, attributes)
const variants = (...list: readonly unknown[]): object => authored({ v: { _variants: list } })
const ruled = (rule: unknown): object => variants({ ...GOLD, rule }, REST)
const many = (count: number, value: unknown): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, value]))

/** As facts about AWS have them, and where they say nothing, without a word on AWS. */
export function flagsByHand(): CorpusDocument[] {
  const taken: Record<string, object> = {
    'no flags': { version: '1', flags: {}, values: {} },
    'no values': { version: '1', flags: { f: { name: 'F' } } },
    'no definitions': { version: '1', values: { f: { enabled: true } } },
    'a value without a definition': authored({ other: { enabled: true, size: 'L' } }),
    'unknown members': authored({ f: { enabled: true } }, {}, { more: 1 }),
    'unknown members of a definition': { version: '1', flags: { f: { name: 'F', more: 1 } }, values: {} },
    'an empty array': valued({ enabled: true, tags: [] }, TAGS),
    'no variants': valued({ _variants: [] }),
    'one variant': variants(REST),
    '33 variants': variants(...Array.from({ length: 32 }, (_, at) => ({ ...GOLD, name: `v${at}` })), REST),
    'a literal in an and': ruled('(and true (eq $a 1))'),
    'no enabled': valued({}),
    'enabled null': valued({ enabled: null }),
    ...Object.fromEntries(
      ['true', '1', 't', 'F', 'FALSE'].map((enabled) => [
        `enabled as the text ${enabled}`,
        valued({ enabled }),
      ]),
    ),
  }
  const refused: Record<string, object> = {
    'another version': { version: '2', flags: {}, values: {} },
    'a number as version': { version: 1, flags: {}, values: {} },
    'a number for enabled': valued({ enabled: 1 }),
    'a text for enabled': valued({ enabled: 'yes' }),
    'a value out of the enum': valued({ enabled: true, color: 'red' }, COLOR),
    'a number too small': valued({ enabled: true, limit: 0 }, LIMIT),
    'a number too large': valued({ enabled: true, limit: 6 }, LIMIT),
    'a text for a number': valued({ enabled: true, limit: '2' }, LIMIT),
    'an element of another type': valued({ enabled: true, tags: ['a', 1] }, TAGS),
    'an element off the pattern': valued({ enabled: true, tags: ['A'] }, TAGS),
    'an unknown attribute': valued({ enabled: true, size: 1 }, LIMIT),
    'a required attribute missing': valued({ enabled: true }, COLOR),
    'a required attribute missing while off': valued({ enabled: false }, COLOR),
    'a default with a rule': variants(GOLD),
    'a rule missing': variants({ ...REST, name: 'x' }, REST),
    'a name twice': variants({ ...GOLD, name: 'rest' }, REST),
    'enabled beside variants': valued({ enabled: true, _variants: [REST] }),
    'a rule that is a word': ruled('true'),
    'a rule that is a key': ruled('$x'),
    'an unknown operator': ruled('(ne $a 1)'),
    'too few operands': ruled('(eq $a)'),
    'a month without T': ruled('(gt $date 2024-01)'),
    'a bad timestamp': valued({ enabled: true, _createdAt: 'yesterday' }),
  }
  const open: Record<string, object> = {
    'a flag that is no object': authored({ f: true }),
    'a key in upper case': authored({ F: { enabled: true } }),
    'a long key': authored({ [`a${'b'.repeat(64)}`]: { enabled: true } }),
    'a definition without a name': { version: '1', flags: { f: {} }, values: {} },
    'a name of two lines': { version: '1', flags: { f: { name: 'a\nb' } }, values: {} },
    'a long description': {
      version: '1',
      flags: { f: { name: 'F', description: 'x'.repeat(1025) } },
      values: {},
    },
    '26 attributes': authored({ f: { enabled: true } }, many(26, { constraints: { type: 'string' } })),
    '26 attributes without a definition': authored({ other: { enabled: true, ...many(26, 1) } }),
    'an attribute without constraints': authored({}, { a: {} }),
    'an unknown type': authored({}, { a: { constraints: { type: 'date' } } }),
    'half a minimum': authored({}, { a: { constraints: { type: 'number', minimum: 0.5 } } }),
    'pattern and enum': authored({}, { a: { constraints: { type: 'string', pattern: 'a', enum: ['a'] } } }),
    'a pattern that is not RE2': authored({}, { a: { constraints: { type: 'string', pattern: '(?=a)' } } }),
    'arrays of arrays': authored({}, { a: { constraints: { type: 'array', elements: { type: 'array' } } } }),
    'an attribute called enabled': authored({}, { enabled: { constraints: { type: 'boolean' } } }),
    'an attribute called constructor': valued({ enabled: true, constructor: 'x' }, LIMIT),
    'null for an attribute': valued({ enabled: true, limit: null }, LIMIT),
    'an object for an attribute': authored({ other: { enabled: true, a: {} } }),
    'a text of 1025 characters': authored({ other: { enabled: true, a: 'x'.repeat(1025) } }),
    'mixed elements': authored({ other: { enabled: true, a: ['x', 1] } }),
    'variants that are no list': valued({ _variants: {} }),
    'variants null': valued({ _variants: null }),
    'a variant that is no object': variants(1),
    'a variant without a name': variants({ enabled: true }),
    'a variant without enabled': variants({ name: 'x' }),
    'a variant whose enabled is a text': variants({ name: 'x', enabled: 't' }),
    'a variant whose enabled is null': variants({ name: 'x', enabled: null }),
    'a variant whose enabled is a number': variants({ name: 'x', enabled: 1 }),
    'an empty rule of the default': variants(GOLD, { ...REST, rule: '' }),
    'an empty rule of another': ruled(''),
    'a rule that is no text': ruled(1),
    'a rule of comments': ruled('// nothing'),
    'a rule too long': ruled(`(eq $a "${'x'.repeat(16_384)}")`),
    'a pattern that is not RE2 in a rule': ruled('(matches in::$a pattern::"(?=a)")'),
    'attribute values that are no object': variants({ ...REST, attributeValues: [] }),
    'a deprecation': {
      version: '1',
      flags: { f: { name: 'F', _deprecation: { status: 'done' } } },
      values: {},
    },
    'flags that are a list': { version: '1', flags: [], values: {} },
    'a schema of its own': authored({ f: { enabled: true } }, {}, { $schema: 'x' }),
  }
  const all = [
    ...Object.entries(taken).map(([name, value]) => ({ name, value, aws: 'taken' as const })),
    ...Object.entries(refused).map(([name, value]) => ({ name, value, aws: 'refused' as const })),
    ...Object.entries(open).map(([name, value]) => ({ name, value })),
  ]
  return all.flatMap(({ name, value, ...aws }): CorpusDocument[] => {
    const body = utf8(JSON.stringify(value))
    return [
      { name: `flags: ${name}`, extension: 'json', body, isFlags: true, ...aws },
      // JSON is YAML, too.
      { name: `flags in YAML: ${name}`, extension: 'yaml', body, isFlags: true },
    ]
  })
}
