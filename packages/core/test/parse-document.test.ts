import { beforeAll, describe, expect, it } from 'vitest'
import { loadParser, parseDocument } from '../src/documents/parse-document.ts'

beforeAll(() => loadParser({ contentType: 'application/yaml' }))

const parse = (text: string | Uint8Array, contentType?: string, maxBytes = 1_000_000) =>
  parseDocument(
    { body: typeof text === 'string' ? new TextEncoder().encode(text) : text, contentType },
    maxBytes,
  )

describe('a document', () => {
  it.each([
    ['application/json', '{"a":[1,{"b":null}]}'],
    ['application/json; charset=utf-8', '{"a":[1,{"b":null}]}'],
    ['application/vnd.acme+json', '{"a":[1,{"b":null}]}'],
    ['application/x-yaml', 'a:\n  - 1\n  - b: null\n'],
    ['text/yaml', 'a: [1, {b: null}]'],
    ['application/octet-stream', '{"a":[1,{"b":null}]}'],
    [undefined, '{"a":[1,{"b":null}]}'],
  ])('of type %s is read', (contentType, text) => {
    expect(parse(text, contentType)).toEqual({ a: [1, { b: null }] })
  })

  it('of any other type is text', () => {
    expect(parse('plain', 'text/plain')).toBe('plain')
    expect(parse('not json', undefined)).toBe('not json')
  })

  it('may begin with a byte order mark', () => {
    expect(parse('\uFEFF{"a":1}', 'application/json')).toEqual({ a: 1 })
  })

  it('is frozen all the way down', () => {
    const value = parse('{"a":{"b":[{"c":1}]}}', 'application/json') as { a: { b: { c: number }[] } }
    expect(() => {
      ;(value.a.b[0] as { c: number }).c = 2
    }).toThrow(TypeError)
  })

  it('may not be larger than the limit', () => {
    expect(() => parse('{"a":"0123456789"}', 'application/json', 10)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_TOO_LARGE', message: expect.stringContaining('18 bytes') }),
    )
  })

  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${[...'bcdefghi'].map((k, i) => `${k}: &${k} [${Array(9).fill(`*${'abcdefgh'[i]}`).join(',')}]`).join('\n')}`
  it.each([
    ['truncated JSON', '{"a":', 'application/json'],
    ['an own key __proto__', '{"a":{"__proto__":{"polluted":true}}}', 'application/json'],
    ['the same in YAML', 'a:\n  __proto__:\n    polluted: true\n', 'application/x-yaml'],
    ['absurd depth', `${'['.repeat(100)}${']'.repeat(100)}`, 'application/json'],
    ['a depth that ends the process, in brackets', '['.repeat(20_000), 'application/x-yaml'],
    ['a depth that ends the process, in dashes', '- '.repeat(20_000), 'application/x-yaml'],
    [
      'a depth that ends the process, in lines',
      Array.from({ length: 1200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n'),
      'application/x-yaml',
    ],
    ['a bomb of YAML aliases', bomb, 'application/x-yaml'],
    ['a key twice in YAML', 'a: 1\na: 2\n', 'application/x-yaml'],
    ['two YAML documents', 'a: 1\n---\nb: 2\n', 'application/x-yaml'],
    ['a number JSON has not', 'a: .inf\n', 'application/x-yaml'],
    ['bytes that are not UTF-8', new Uint8Array([0x22, 0xff, 0xfe, 0x22]), 'application/json'],
  ])('with %s is refused', (_, text, contentType) => {
    expect(() => parse(text, contentType)).toThrow(expect.objectContaining({ code: 'DOCUMENT_INVALID' }))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('that is refused is not quoted', () => {
    for (const contentType of ['application/json', 'application/x-yaml']) {
      expect(() => parse('{"password": "s3cret" "x"', contentType)).toThrow(
        expect.objectContaining({ message: expect.not.stringMatching(/s3cret|password/) }),
      )
    }
  })
})
