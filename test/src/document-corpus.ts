/**
 * Documents of all kinds, good and bad, for whoever reads documents: by hand, and by a seeded generator.
 *
 * What AWS was seen to do with a document of flags stands in `aws`.
 *
 * @module
 */
import fc from 'fast-check'

export interface CorpusDocument {
  readonly name: string
  readonly extension: 'json' | 'yaml'
  readonly body: Uint8Array
  /** Where it is not what the extension says: then it is nothing for who goes by the extension. */
  readonly contentType?: string
  /** Whether it is written as AppConfig's feature flags. */
  readonly isFlags: boolean
  /** What AWS was seen to do with it. */
  readonly aws?: 'taken' | 'refused'
}

const JSON_TYPES: Readonly<Record<CorpusDocument['extension'], string>> = {
  json: 'application/json',
  yaml: 'application/x-yaml',
}

export function contentTypeOf({ extension, contentType = JSON_TYPES[extension] }: CorpusDocument): string {
  return contentType
}

/** At least so many are generated. */
const GENERATED = 300

export function documentCorpus(seed: number): readonly CorpusDocument[] {
  return [...flagsByHand(), ...texts(), ...encodings(), ...contentTypes(), ...generated(seed)]
}

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

function authored(values: object, attributes: object = {}, more: object = {}): object {
  return { version: '1', flags: { f: { name: 'F', attributes } }, values, ...more }
}

const REST = { name: 'rest', enabled: false }
const GOLD = { name: 'gold', enabled: true, rule: '(eq $tier "gold")' }
const COLOR = { color: { constraints: { type: 'string', enum: ['blue', 'green'], required: true } } }
const LIMIT = { limit: { constraints: { type: 'number', minimum: 1, maximum: 5 } } }
const TAGS = { tags: { constraints: { type: 'array', elements: { type: 'string', pattern: '^[a-z]+$' } } } }

const valued = (value: object, attributes?: object): object => authored({ f: value }, attributes)
const variants = (...list: readonly unknown[]): object => authored({ v: { _variants: list } })
const ruled = (rule: unknown): object => variants({ ...GOLD, rule }, REST)
const many = (count: number, value: unknown): object =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`a${at}`, value]))

/** As facts about AWS have them, and where they say nothing, without a word on AWS. */
function flagsByHand(): CorpusDocument[] {
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

/** What is no document of flags, and what is hardly a document. */
function texts(): CorpusDocument[] {
  const free = (value: unknown): string => JSON.stringify(value)
  const flag = (...list: readonly unknown[]): string => free({ limit: 1, f: { _variants: list } })
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`
  const json = [
    ...[
      '{}',
      '{"a":1}',
      ' {"a" : [1, {"b": null}]}\n',
      '[]',
      '[1]',
      'null',
      '5',
      '"text"',
      'true',
      '',
      ' ',
      '{',
    ],
    ...[
      '{"a":1,}',
      "{'a':1}",
      '{a:1}',
      '{"a":01}',
      '{"a":1}{"b":2}',
      '{"a":NaN}',
      '{"a":1e999}',
      '// x\n{"a":1}',
    ],
    ...['{"a":1,"a":2}', '{"a":{"b":1,"b":2}}', '{"__proto__":{"x":1}}', '{"a":{"__proto__":1}}'],
    ...['{"constructor":1}', '{"":1}', '{"a.b":{"c":1}}', '{"a":"\\u0000"}', '{"a":"\\ud800"}', '{"a":"\t"}'],
    ...[
      '{"n":12345678901234567891}',
      `${'['.repeat(64)}${']'.repeat(64)}`,
      `{"a":${'['.repeat(65)}${']'.repeat(65)}}`,
    ],
    ...[`${'['.repeat(5000)}${']'.repeat(5000)}`, '<html>proxy</html>', `{"a":"${'x'.repeat(4_200_000)}"}`],
    ...[
      flag(GOLD, REST),
      flag(REST),
      flag(),
      flag(GOLD),
      flag({ ...GOLD, rule: '(x)' }, REST),
      flag(REST, REST),
    ],
    ...[
      flag({ name: 'x', enabled: 'true' }),
      flag({ name: 'x', enabled: 'yes' }),
      flag({ name: 'x' }),
      flag(1),
    ],
    ...[flag({ ...REST, attributeValues: { deep: { er: [{}] } } }), flag({ name: '', enabled: true })],
    ...[
      free({ f: { _variants: {} } }),
      free({ f: { enabled: false, _variants: 5 } }),
      free({ f: { enabled: 5 } }),
    ],
    ...[free({ version: '1', flags: {}, more: 1 }), free({ version: 3, values: { F: 1 } })],
  ]
  const yaml = [
    ...[
      'a: 1\n',
      '- a\n',
      'text\n',
      '',
      '# nothing\n',
      '---\n...\n',
      '~\n',
      'a: 1\n---\na: 2\n',
      'a: 1\n---\n',
    ],
    ...['a: 1\n...\n', '--- {a: 1}\n', 'a: 1\na: 2\n', '{a: 1, a: 2}', 'a: {b: 1, b: 2}', '1: a\n"1": b\n'],
    ...['a: !!binary aGVsbG8=\n', 'a: !!set {b}\n', 'a: !!omap [b: 1]\n', 'a: !!timestamp 2024-01-01\n'],
    ...['a: .inf\n', 'a: .nan\n', 'a: 0755\n', 'a: 0o755\n', 'a: yes\n', 'a: 2024-01-01\n', 'a: !own x\n'],
    ...[
      'b: &b {x: 1}\na: {<<: *b}\n',
      'a: {<<: 5}\n',
      'a: {<<: [{b: 1}, 5]}\n',
      'a: {"<<": 5}\n',
      '? [a]\n: 1\n',
    ],
    ...[
      'a: *b\n',
      'a: &a [*a]\n',
      'a: &x 1\nb: *x\n',
      bomb,
      '__proto__: {x: 1}\n',
      'a: [1, 2\n',
      'a:\n\t- b\n',
    ],
    ...[
      'a: b: c\n',
      'a: "x\n',
      '%YAML 1.1\n---\na: yes\n',
      'a: |\n  b\n c\n',
      '[a, b]: c\n',
      '&a a: 1\n',
      'null: 1\n',
    ],
    ...['- '.repeat(5000), '['.repeat(5000), `a: ${'['.repeat(62)}${']'.repeat(62)}`, 'f: {enabled: yes}\n'],
    ...[
      'f:\n  _variants:\n    - {name: a, enabled: true, rule: (eq $a 1)}\n    - {name: b, enabled: false}\n',
    ],
    ...['f:\n  _variants:\n    - {name: a, enabled: true, rule: (eq $a)}\n    - {name: b, enabled: false}\n'],
    ...['version: 1\nflags: {}\nvalues: {}\n', 'version: "1"\nvalues: {f: {enabled: on}}\n'],
  ]
  return [
    ...json.map((text, at) => ({ ...named(`JSON ${at}`, text), extension: 'json' as const })),
    ...yaml.map((text, at) => ({ ...named(`YAML ${at}`, text), extension: 'yaml' as const })),
  ]
}

function named(kind: string, text: string) {
  return { name: `${kind}: ${text.slice(0, 60)}`, body: utf8(text), isFlags: false }
}

function encodings(): CorpusDocument[] {
  const forms: readonly (readonly [string, (text: string) => Uint8Array])[] = [
    ['UTF-8', utf8],
    ['UTF-8 with a byte order mark', (text) => utf8(`\uFEFF${text}`)],
    ['two byte order marks', (text) => utf8(`\uFEFF\uFEFF${text}`)],
    ['Latin-1', (text) => Buffer.from(text, 'latin1')],
    ['UTF-16 (little-endian)', (text) => Buffer.from(text, 'utf16le')],
    ['UTF-16 (little-endian) with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le')],
    ['UTF-16 (big-endian)', (text) => Buffer.from(text, 'utf16le').swap16()],
    ['UTF-16 (big-endian) with a mark', (text) => Buffer.from(`\uFEFF${text}`, 'utf16le').swap16()],
    ['a character cut off', (text) => Buffer.from(text).subarray(0, Buffer.from(text).lastIndexOf(0xc3) + 1)],
    ['Windows line ends', (text) => utf8(text.replaceAll('\n', '\r\n'))],
  ]
  const flags = JSON.stringify(authored({ f: { enabled: true }, other: { enabled: true, city: 'Köln' } }))
  return forms.flatMap(([form, encode]): CorpusDocument[] => [
    { name: `JSON in ${form}`, extension: 'json', body: encode('{\n"city": "Köln"}'), isFlags: false },
    { name: `YAML in ${form}`, extension: 'yaml', body: encode('a: 1\ncity: Köln\n'), isFlags: false },
    { name: `flags in ${form}`, extension: 'json', body: encode(flags), isFlags: true },
  ])
}

function contentTypes(): CorpusDocument[] {
  const types = [
    ...['application/json; charset=utf-8', 'text/json', 'application/x-json', 'application/vnd.acme+json'],
    ...['application/yaml', 'text/yaml', 'text/x-yaml', 'application/vnd.yaml', 'text/vnd.yaml', 'x/y+yaml'],
    ...['application/octet-stream', 'binary/octet-stream', '', 'text/plain', 'text/html', 'APPLICATION/JSON'],
  ]
  const bodies = ['{"a":1}', '{"a":', 'a: 1\n', 'a: 1\n---\n', 'null', '[1]', '<html></html>']
  return types.flatMap((contentType) =>
    bodies.map((text): CorpusDocument => {
      const name = `${text} as ${contentType}`
      return { name, extension: 'json', contentType, body: utf8(text), isFlags: false }
    }),
  )
}

/** Documents of flags of which one part or another is odd, and texts with a piece out of place. */
function generated(seed: number): CorpusDocument[] {
  const { constantFrom: one, record, array, dictionary, option, tuple } = fc
  const optional = { requiredKeys: [] as never[] }
  const key = one('f', 'g', 'flag-1', 'F', '', 'a.b', 'constructor', '1a')
  const scalar = one<unknown>(
    true,
    1,
    0,
    2.5,
    'blue',
    'red',
    '',
    null,
    [],
    ['a'],
    ['A', 1],
    {},
    'x'.repeat(1025),
  )
  const enabled = one<unknown>(true, false, 'true', 'F', 'yes', 1, null)
  const rule = one<unknown>(
    '(eq $a 1)',
    '(eq $a)',
    '',
    '(and (exists key::"a") (lt $b 5))',
    '$a',
    '(x)',
    1,
    '((',
  )
  const stamp = one<unknown>('2024-01-31T12:00:00Z', '2024-01-31', 1)
  const constraints = fc.oneof(
    record({ type: one('number', 'integer'), minimum: one(1, 0.5, '1'), required: one(true, 1) }, optional),
    record({ type: one('string'), pattern: one('^b', '(', 5), enum: one([], ['blue'], ['a', 1]) }, optional),
    record({ type: one('array'), elements: one({ type: 'string' }, { type: 'boolean' }, {}) }, optional),
    record({ type: one('boolean'), required: one(true, false) }, optional),
  )
  const attributes = dictionary(one('a', 'b', 'enabled', 'A'), record({ constraints }, optional), {
    maxKeys: 3,
  })
  const definition = record({ name: one('F', '', 1), attributes, _createdAt: stamp, more: scalar }, optional)
  const variant = record(
    {
      name: one('x', 'y', '', 1),
      enabled,
      rule,
      attributeValues: dictionary(one('a', 'b'), scalar, { maxKeys: 2 }),
    },
    optional,
  )
  const basic = record({ enabled, a: scalar, b: scalar, _updatedAt: stamp }, optional)
  const value = fc.oneof(
    basic,
    record({ _variants: array(variant, { maxLength: 3 }), enabled }, optional),
    scalar,
  )
  const document = record(
    {
      version: one<unknown>('1', '1', '1', '1', '2', 1),
      flags: dictionary(key, definition, { maxKeys: 2 }),
      values: dictionary(key, value, { maxKeys: 2 }),
    },
    { noNullPrototype: true },
  )
  const torn = tuple(
    fc.json({ maxDepth: 3 }),
    fc.nat(),
    one('', ',', '}', '"', '\n', '1', ' ', ':'),
    option(one(1, 2)),
  )
  const flags = fc.sample(document, { numRuns: (GENERATED * 2) / 3, seed })
  const pieces = fc.sample(torn, { numRuns: GENERATED / 3, seed })
  return [
    ...flags.map((content, at): CorpusDocument => {
      const body = utf8(JSON.stringify(content))
      return {
        name: `generated flags ${at}: ${JSON.stringify(content)}`,
        extension: 'json',
        body,
        isFlags: true,
      }
    }),
    ...pieces.map(([json, at, piece, cut], index): CorpusDocument => {
      const place = at % (json.length + 1)
      const text = json.slice(0, place) + piece + json.slice(place + (cut ?? 0))
      const extension = index % 2 === 0 ? 'json' : 'yaml'
      return { name: `generated text ${index}: ${text}`, extension, body: utf8(text), isFlags: false }
    }),
  ]
}
