import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { manualClock } from '../../src/manual-clock.ts'
import { loadParser, prepareReading, readDocument } from '../../src/reading/read-document.ts'

beforeAll(() => loadParser({ contentType: 'application/yaml' }))

const YAML = 'application/x-yaml'
const JSON_TYPE = 'application/json'

const read = (text: string | Uint8Array, contentType?: string, maxBytes?: number) =>
  readDocument(
    { body: typeof text === 'string' ? new TextEncoder().encode(text) : text, contentType },
    maxBytes === undefined ? {} : { maxBytes },
  )
const value = (text: string | Uint8Array, contentType?: string) => read(text, contentType).value
const problem = (text: string | Uint8Array, contentType?: string) => read(text, contentType).problems[0]

describe('a document', () => {
  it.each([
    ...[JSON_TYPE, 'application/json; charset=utf-8', 'application/vnd.acme+json', 'text/json'],
    ...['application/x-json', 'application/octet-stream', 'binary/octet-stream', undefined],
  ])('of type %s is JSON', (contentType) => {
    expect(value('{"a":[1,{"b":null}]}', contentType)).toEqual({ a: [1, { b: null }] })
  })

  it.each([
    ...['application/yaml', YAML, 'application/vnd.yaml', 'text/yaml', 'text/x-yaml', 'text/vnd.yaml'],
    'application/vnd.acme+yaml',
  ])('of type %s is YAML', (contentType) => {
    expect(value('a:\n  - 1\n  - b: null\n', contentType)).toEqual({ a: [1, { b: null }] })
  })

  it('of any other type is text', () => {
    expect(value('plain', 'text/plain')).toBe('plain')
    expect(value('not json', undefined)).toBe('not json')
  })

  it('may begin with a byte order mark', () => {
    expect(value('\uFEFF{"a":1}', JSON_TYPE)).toEqual({ a: 1 })
    expect(value('\uFEFFa: 1', YAML)).toEqual({ a: 1 })
  })

  it('is frozen all the way down', () => {
    const frozen = value('{"a":{"b":[{"c":1}]}}', JSON_TYPE) as { a: { b: { c: number }[] } }
    expect(() => {
      ;(frozen.a.b[0] as { c: number }).c = 2
    }).toThrow(TypeError)
  })

  it('may not be larger than the limit', () => {
    expect(read('{"a":"0123456789"}', JSON_TYPE, 10).problems).toEqual([
      expect.objectContaining({ code: 'TOO_LARGE', text: expect.stringContaining('more than 10 bytes') }),
    ])
  })

  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`
  const lines = Array.from({ length: 1200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')
  it.each<[string, string | Uint8Array, string, object]>([
    ['truncated JSON', '{\n  "a":', JSON_TYPE, { code: 'NOT_JSON', line: 2, column: 7 }],
    ['JSON with a comma too many', '{\n  "a": 1,\n}', JSON_TYPE, { code: 'NOT_JSON', line: 3, column: 1 }],
    [
      'an own key __proto__',
      '{"a":{"__proto__":{"p":true}}}',
      JSON_TYPE,
      { code: 'KEY_REFUSED', place: 'a' },
    ],
    ['the same in YAML', 'a:\n  __proto__:\n    p: true\n', YAML, { code: 'KEY_REFUSED', line: 1 }],
    ['absurd depth', `${'['.repeat(100)}${']'.repeat(100)}`, JSON_TYPE, { code: 'TOO_DEEP' }],
    ['a depth that ends the process, in brackets', '['.repeat(20_000), YAML, { code: 'TOO_DEEP', line: 1 }],
    ['a depth that ends the process, in dashes', '- '.repeat(20_000), YAML, { code: 'TOO_DEEP' }],
    ['a depth that ends the process, in lines', lines, YAML, { code: 'TOO_DEEP', line: 1002 }],
    ['a bomb of YAML aliases', bomb, YAML, { code: 'TOO_MANY_VALUES' }],
    ['an alias to itself', 'a: &a [*a]', YAML, { code: 'NOT_YAML', column: 8, place: 'a.0' }],
    ['a key twice in YAML', 'b: 1\na:\n  c: 1\n  c: 2\n', YAML, { code: 'KEY_TWICE', place: 'a.c', line: 4 }],
    ['two YAML documents', 'a: 1\n---\nb: 2\n', YAML, { code: 'NOT_YAML', line: 2, column: 1 }],
    ['a marker at the end', 'a: 1\n---\n', YAML, { code: 'NOT_YAML', line: 2 }],
    ['a number JSON has not', 'b: 1\na: .inf\n', YAML, { code: 'VALUE_REFUSED', line: 2, place: 'a' }],
    [
      'a number JSON can say and nobody can hold',
      `{"b":1,\n"a":${'9'.repeat(400)}}`,
      JSON_TYPE,
      { place: 'a', line: 2 },
    ],
    ['binary data', 'a: !!binary aGVsbG8=\n', YAML, { code: 'VALUE_REFUSED', line: 1 }],
    ['a set', 'a: !!set {b, c}\n', YAML, { code: 'VALUE_REFUSED', place: 'a' }],
    ['a date', 'a: !!timestamp 2024-01-01\n', YAML, { code: 'VALUE_REFUSED', place: 'a' }],
    ['a list as a key', '? [a, b]\n: 1\n', YAML, { code: 'KEY_REFUSED' }],
    ['a merge of no object', 'a:\n  <<: 5\n', YAML, { code: 'NOT_YAML', line: 2, place: 'a.<<' }],
    ['Latin-1', Buffer.from('{\n"city":"K\xf6ln"}', 'latin1'), JSON_TYPE, { code: 'NOT_UTF8', line: 2 }],
    ['bytes that are no text', new Uint8Array([0x22, 0xff, 0x22]), JSON_TYPE, { code: 'NOT_UTF8' }],
    ['null', 'null', JSON_TYPE, { code: 'EMPTY' }],
    ['null, of no type', ' null\n', 'binary/octet-stream', { code: 'EMPTY' }],
    ['nothing', '', JSON_TYPE, { code: 'EMPTY' }],
    ['nothing but space', ' \n', JSON_TYPE, { code: 'EMPTY' }],
    ['nothing but comments', '# killSwitch: true\n', YAML, { code: 'EMPTY' }],
    ['nothing but markers', '---\n...\n', YAML, { code: 'EMPTY' }],
  ])('with %s is refused', (_, text, contentType, expected) => {
    expect(problem(text, contentType)).toMatchObject(expected)
    expect(value(text, contentType)).toBeUndefined()
    expect(({} as Record<string, unknown>)['p']).toBeUndefined()
  })

  it.each([
    ['UTF-16 (little-endian)', Buffer.from('\uFEFF{"a":1}', 'utf16le')],
    ['UTF-16 (big-endian)', Buffer.from('\uFEFF{"a":1}', 'utf16le').swap16()],
    ['UTF-16 (little-endian, without', Buffer.from('{"a":1}', 'utf16le')],
    ['UTF-16 (big-endian, without', Buffer.from('{"a":1}', 'utf16le').swap16()],
  ])('in %s is refused by that name', (name, bytes) => {
    for (const contentType of [JSON_TYPE, YAML, undefined])
      expect(problem(bytes, contentType)).toMatchObject({
        code: 'NOT_UTF8',
        text: expect.stringContaining(name),
      })
  })

  it('that is refused is not quoted', () => {
    for (const contentType of [JSON_TYPE, YAML])
      expect(problem('{"password": "s3cret" "x"', contentType)?.text).not.toMatch(/s3cret|password/)
  })
})

describe('merge keys', () => {
  it('merge: what is written beside them wins, and of several the first', () => {
    const text = `
base: &base {enabled: true, limit: 1, deep: {a: 1}}
more: &more {limit: 2, extra: 3}
one:
  limit: 5
  <<: *base
both:
  <<: [*base, *more]
inline:
  <<: {a: 1}
  b: 2
`
    expect(value(text, YAML)).toMatchObject({
      one: { enabled: true, limit: 5, deep: { a: 1 } },
      both: { enabled: true, limit: 1, extra: 3 },
      inline: { a: 1, b: 2 },
    })
  })

  it('in quotes are keys like any other', () => {
    expect(value('a: {"<<": 1}', YAML)).toEqual({ a: { '<<': 1 } })
  })

  it('and aliases may be many', () => {
    const tenants = Array.from({ length: 5000 }, (_, at) => `t${at}:\n  <<: *base\n  id: ${at}\n`)
    const merged = value(`base: &base {limit: 1}\n${tenants.join('')}`, YAML) as Record<string, unknown>
    expect(merged['t4999']).toEqual({ limit: 1, id: 4999 })
  })

  it('copy no more than a document may hold', () => {
    const base = Array.from({ length: 2000 }, (_, at) => `  k${at}: 1\n`).join('')
    const tenants = Array.from({ length: 2000 }, (_, at) => `t${at}: {<<: *base}\n`).join('')
    expect(problem(`base: &base\n${base}${tenants}`, YAML)?.code).toBe('TOO_MANY_VALUES')
  })
})

describe('what is wrong with flags', () => {
  const broken = {
    version: '1',
    flags: {
      search: { name: 'Search', attributes: { limit: { constraints: { type: 'number', maximum: 5 } } } },
    },
    values: {
      search: { enabled: 'yes', limit: 7 },
      checkout: {
        _variants: [
          { name: 'a', enabled: true, rule: '(eqq $secretKey "secret value")' },
          { name: 'a', enabled: false },
        ],
      },
    },
  }

  it('is all told, each with its place, line and column', () => {
    const { problems } = read(JSON.stringify(broken, undefined, 2), JSON_TYPE)
    expect(problems).toEqual([
      expect.objectContaining({ place: 'values.search.limit', line: 19, column: 7, code: 'FLAG_INVALID' }),
      expect.objectContaining({ place: 'values.search.enabled', line: 18, text: 'must be true or false' }),
      expect.objectContaining({ place: 'values.checkout._variants.0.rule', line: 26, code: 'RULE_INVALID' }),
      expect.objectContaining({ place: 'values.checkout._variants.1.name', line: 29 }),
    ])
    expect(problems.map(({ text }) => text).join()).not.toMatch(/secret|yes|[57]/)
  })

  it('is told of YAML, and of rules in freeform documents', () => {
    const text =
      'other: 1\ncheckout:\n  _variants:\n    - name: a\n      enabled: true\n      rule: (eq $a)\n    - name: b\n'
    expect(read(text, YAML).problems).toEqual([
      expect.objectContaining({
        place: 'checkout._variants.0.rule',
        line: 6,
        column: 7,
        code: 'RULE_INVALID',
      }),
      expect.objectContaining({ place: 'checkout._variants.1.enabled', line: 7, text: 'is missing' }),
    ])
  })

  it('holds for whatever has a version, flags and values', () => {
    const places = (document: object) =>
      read(JSON.stringify(document), JSON_TYPE).problems.map(({ place }) => place)
    expect(places({ version: 1, flags: {}, values: {} })).toEqual(['version'])
    expect(places({ version: '1', values: { X: {} } })).toEqual(['values.X'])
    expect(places({ version: '1', flags: { x: {} } })).toEqual(['flags.x.name'])
    // A freeform document that happens to hold these words.
    expect(places({ version: '1', values: { X: 1 }, more: 1 })).toEqual([])
    expect(places({ version: 2, values: { X: 1 } })).toEqual([])
  })
})

it('never throws, whatever it gets', () => {
  const piece = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ':',
      ',',
      '"a"',
      'a',
      '- ',
      '\n',
      '  ',
      '&a',
      '*a',
      '<<',
      '!!binary',
      '? ',
      '|',
      '>',
      '#',
    ],
    ...[
      'version',
      '"1"',
      'flags',
      'values',
      '_variants',
      'enabled',
      'rule',
      '(eq $a 1)',
      '9'.repeat(400),
      '---',
      'null',
    ],
  )
  const body = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.array(piece, { maxLength: 30 }).map((all) => new TextEncoder().encode(all.join(''))),
    fc.json().map((json) => new TextEncoder().encode(json)),
  )
  const types = fc.constantFrom(JSON_TYPE, YAML, 'application/ion', 'text/plain', undefined)
  fc.assert(
    fc.property(body, types, (bytes, contentType) => {
      const { value: taken, problems } = read(bytes, contentType)
      expect(taken === undefined).toBe(problems.length > 0)
    }),
    { numRuns: 5000 },
  )
})

describe('large YAML where there is no thread to be had, as from these sources', () => {
  it('is read here', async () => {
    const text = Array.from({ length: 2000 }, (_, at) => `key${at}: "${'v'.repeat(20)}"`).join('\n')
    const raw = { body: Buffer.from(text), contentType: 'application/yaml' }
    const prepared = await prepareReading(raw, {}, manualClock(), new AbortController().signal)
    expect(prepared).toBeUndefined()
    expect(readDocument(raw).value).toHaveProperty('key1999')
  })
})
