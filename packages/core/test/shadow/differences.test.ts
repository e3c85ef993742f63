import { describe, expect, it } from 'vitest'
import { differencesOf } from '../../src/shadow/differences.ts'
import { shadowAnswer } from '../../src/shadow/shadow-answer.ts'

const answer = (body: unknown, status = 200, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body,
})
/** A value in an array, in an array, and so on. */
const nested = (levels: number, value: unknown): unknown =>
  levels === 0 ? value : [nested(levels - 1, value)]

describe('differences', () => {
  it.each<[string, unknown, unknown, string[]]>([
    ['equal values', { a: [1, { b: null }] }, { a: [1, { b: null }] }, []],
    ['another order of keys', { a: 1, b: 2 }, { b: 2, a: 1 }, []],
    ['a value', { a: { b: 1 } }, { a: { b: 2 } }, ['body.a.b']],
    ['an element', { a: [1, 2] }, { a: [1, 3] }, ['body.a[1]']],
    ['a longer list', [1], [1, 2, 3], ['body[1]', 'body[2]']],
    ['a missing key and null', { a: null }, {}, ['body.a']],
    ['types', { a: 1 }, { a: '1' }, ['body.a']],
    ['an object and a list', { a: {} }, { a: [] }, ['body.a']],
    ['null and an object', { a: null }, { a: {} }, ['body.a']],
    ['a key with signs', { 'a.b "c"': 1 }, { 'a.b "c"': 2 }, ['body["a.b \\"c\\""]']],
    ['a key that objects inherit', {}, { constructor: 1 }, ['body.constructor']],
    ['text', 'a', 'b', ['body']],
    ['no body and one', undefined, 'b', ['body']],
    ['equal bytes', new Uint8Array([1, 2]), new Uint8Array([1, 2]), []],
    ['other bytes', new Uint8Array([1, 2]), new Uint8Array([1, 3]), ['body']],
    ['bytes and a list', new Uint8Array([1]), [1], ['body']],
    ['equal values far down', nested(100, 1), nested(100, 1), []],
  ])('%s', (_name, old, next, paths) => {
    expect(differencesOf(answer(old), answer(next))).toEqual(paths)
  })

  it('status and headers', () => {
    const old = answer(1, 200, { 'content-type': 'text/html' })
    const next = answer(1, 302, { location: '/there', 'content-type': 'text/plain' })
    expect(differencesOf(old, next)).toEqual(['status', 'headers.content-type', 'headers.location'])
  })

  it('at most 50 paths, and one for what is very deep', () => {
    const many = (value: number) =>
      Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`k${i}`, value]))
    expect(differencesOf(answer(many(1)), answer(many(2)))).toHaveLength(50)
    const [path, ...others] = differencesOf(answer(nested(100, 1)), answer(nested(100, 2)))
    expect(others).toEqual([])
    expect(path?.length).toBeLessThan(110)
  })
})

describe('answers', () => {
  const ofType = (type: string | undefined, body: unknown) =>
    shadowAnswer(200, (name) => (name === 'content-type' ? type : undefined), body)

  it.each<[string, string | undefined, unknown, unknown]>([
    ['JSON as text', 'application/json; charset=utf-8', '{"a":1}', { a: 1 }],
    ['JSON as bytes', 'application/problem+json', Buffer.from('{"a":1}'), { a: 1 }],
    ['JSON that is none', 'application/json', '{', '{'],
    [
      'values to be JSON',
      undefined,
      { at: new Date(0), left: undefined },
      { at: '1970-01-01T00:00:00.000Z' },
    ],
    ['text as bytes', 'text/html', Buffer.from('ä'), 'ä'],
    ['other bytes', 'image/png', Buffer.from([1]), Buffer.from([1])],
    ['none', undefined, null, undefined],
  ])('%s', (_name, type, body, read) => {
    expect(ofType(type, body)?.body).toEqual(read)
  })

  it('streams and long bodies are not compared', () => {
    expect(ofType('text/plain', new ReadableStream())).toBeUndefined()
    expect(ofType('text/plain', { pipe() {} })).toBeUndefined()
    expect(ofType('text/plain', 'x'.repeat(1_000_001))).toBeUndefined()
    expect(ofType(undefined, ['x'.repeat(1_000_000)])).toBeUndefined()
  })
})
