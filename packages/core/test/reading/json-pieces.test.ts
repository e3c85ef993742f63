/** Large JSON texts, read piece by piece: what comes out is what `JSON.parse` says of the whole. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readDocument } from '../../src/reading/read-document.ts'
import { readJson } from '../../src/reading/read-json.ts'
import { finish } from '../../src/turns.ts'

const read = (text: string) => finish(readJson(text))
const whole = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether all of a value is frozen. */
function isFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  return Object.isFrozen(value) && Object.values(value).every(isFrozen)
}

/** The same values under the same keys, in the same order. */
function expectSame(taken: unknown, wanted: unknown): void {
  expect(JSON.stringify(taken) === JSON.stringify(wanted)).toBe(true)
}

/** Lengths around that of a piece, of several, and small ones. */
const length = fc.oneof(
  { weight: 12, arbitrary: fc.nat(20) },
  { weight: 2, arbitrary: fc.integer({ min: 16_300, max: 16_460 }) },
  { weight: 1, arbitrary: fc.nat(40_000) },
)
const filling = fc.constantFrom('x', '"', '\\', 'あ', '😀', '\u0000', '{', '[', ',', '}', ']', ' ')
const longText = fc.tuple(filling, length).map(([character, size]) => character.repeat(size))
const key = fc.oneof(
  fc.constantFrom(
    'a',
    'b',
    '0',
    '7',
    '4294967294',
    '4294967295',
    '-1',
    '',
    'constructor',
    'then',
    'toJSON',
    '"\\',
  ),
  longText,
)
const { value } = fc.letrec<{ value: unknown; list: unknown[]; object: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof(fc.constantFrom(null, true, 1, 0.5, -1e-7, 'x'), longText),
    tie('list'),
    tie('object'),
  ),
  list: fc.array(tie('value'), { maxLength: 5 }),
  object: fc
    .array(fc.tuple(key, tie('value')), { maxLength: 5 })
    .map((entries) => Object.fromEntries(entries)),
}))
/** A text that is longer than what is parsed in one go: the value stands between long ones of all kinds. */
const text = fc
  .tuple(value, fc.constantFrom(undefined, 1, '\t', ' \n\r\t '), fc.boolean())
  .map(([part, space, isList]) => {
    const long = Array.from({ length: 4000 }, (_, at) => (at % 3 === 0 ? `key-${at}` : { [`key-${at}`]: at }))
    const json = JSON.stringify(
      isList ? [long, part, long] : { before: long, part, after: long },
      null,
      space,
    )
    return space === ' \n\r\t ' ? json.replaceAll('\n', '\r\n\t ') : json
  })
/** Signs of JSON put in, and parts taken out. */
const torn = fc
  .tuple(
    text,
    fc.nat(),
    fc.constantFrom('', ',', ':', '}', ']', '{', '[', '"', '1', '\n', '\\', ',"a":1', 'tru'),
    fc.nat(3),
  )
  .map(([json, at, sign, cut]) => {
    const from = at % (json.length + 1)
    return json.slice(0, from) + sign + json.slice(from + cut)
  })

describe('a large JSON text', () => {
  it('gives what JSON.parse gives, in the same order, frozen', () => {
    fc.assert(
      fc.property(text, (json) => {
        const { value: taken, problems } = read(json)
        expect(problems).toEqual([])
        expectSame(taken, whole(json))
        expect(isFrozen(taken)).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  it('that is torn is refused where JSON.parse refuses it, and taken where it takes it', () => {
    fc.assert(
      fc.property(torn, (json) => {
        const { value: taken, problems } = read(json)
        expectSame(taken, whole(json))
        if (taken === undefined)
          expect(problems).toMatchObject([{ code: 'NOT_JSON', line: expect.any(Number) }])
      }),
      { numRuns: 150 },
    )
  })

  const long = `"${'x'.repeat(17_000)}"`
  const many = Array.from({ length: 20_000 }, (_, at) => `"k${at}":${at}`).join(',')
  it.each([
    ['two commas between pieces', `{"a":${long},,"b":${long},"c":${long},"d":${long}}`],
    ['a comma at the end', `{${many},}`],
    ['a comma at the end of a list', `[${long},${long},${long},${long},]`],
    ['a comma at the beginning', `[,${long},${long},${long},${long}]`],
    ['no comma', `{${many} "b":1}`],
    ['no comma behind a large value', `[${long} ${long},${long},${long}]`],
    ['no colon', `{"a" ${long},${many}}`],
    ['no key', `{${long},${many}}`],
    ['a key that is no text', `{${many},1:1}`],
    ['a bracket of the other kind', `[${long},${long},${long},${long}}`],
    ['objects that close early', `{${many}},{${many}}`],
    ['a member in a list', `[${long},${long},${long},"a":1,${long}]`],
    ['no end', `{${many}`],
    ['a text without an end', `{${many},"a":"${'x'.repeat(20_000)}`],
    ['a control character', `{${many},"a":"\n"}`],
    ['a space that JSON does not know', `{${many},\u00a0"a":1}`],
    ['a form feed between pieces', `[${long},\f${long},${long},${long}]`],
    ['something behind it', `{${many}} 1`],
    ['a number that is cut', `[${'9'.repeat(70_000)}.]`],
  ])('with %s is no JSON, and says where', (_, json) => {
    expect(whole(json)).toBeUndefined()
    const { problems } = read(json)
    expect(problems).toMatchObject([
      { code: 'NOT_JSON', line: expect.any(Number), column: expect.any(Number) },
    ])
    expect(problems[0]?.text).not.toContain('it can not be read')
  })

  it('keeps the last value of a key in the place of its first', () => {
    const json = `{"b":1,"a":${long},"b":2,${many},"a":${long.toUpperCase()},"b":[3]}`
    expectSame(read(json).value, whole(json))
    expect(Object.keys(Object(read(json).value)).slice(0, 3)).toEqual(['b', 'a', 'k0'])
  })

  it.each<[string, string, object]>([
    [
      'a key __proto__',
      `{${many},\n"a":{"b":{"__proto__":1}}}`,
      { code: 'KEY_REFUSED', place: 'a.b', line: 2 },
    ],
    [
      'a large member __proto__',
      `{${many},"a":{"__proto__":[${long}]}}`,
      { code: 'KEY_REFUSED', place: 'a' },
    ],
    [
      '__proto__ written with an escape',
      `{${many},"\\u005f_proto__":${long}}`,
      { code: 'KEY_REFUSED', place: '' },
    ],
    [
      'a number nobody can hold',
      `{"a":[${long},${long},${long},${long},\n1e999]}`,
      { code: 'VALUE_REFUSED', place: 'a.4', line: 2 },
    ],
    [
      'a long number nobody can hold',
      `{"a":[0,\n${'9'.repeat(70_000)}]}`,
      { code: 'VALUE_REFUSED', place: 'a.1', line: 2 },
    ],
    ['absurd depth', `\n{"a":${'['.repeat(400_000)}`, { code: 'TOO_DEEP', place: 'a', line: 2 }],
    [
      'a depth of one too many',
      `{"a":${'['.repeat(64)}${long.repeat(1)}${']'.repeat(64)},${many}}`,
      { code: 'TOO_DEEP', place: 'a' },
    ],
    ['more than a million values', `[${'1,'.repeat(1_000_000)}1]`, { code: 'TOO_MANY_VALUES', place: '' }],
    [
      'more keys than an object takes',
      `{"a":{${Array.from({ length: 100_001 }, (_, at) => `"k${at}":1`)}}}`,
      { code: 'TOO_MANY_KEYS', place: 'a', line: 1, column: 2 },
    ],
  ])('with %s is refused, with its place', (_, json, expected) => {
    expect(read(json).problems).toEqual([expect.objectContaining(expected)])
    expect(read(json).value).toBeUndefined()
    expect(Object.hasOwn(Object.prototype, 'b')).toBe(false)
  })

  it('takes the most keys, values and levels', () => {
    const keys = `{${Array.from({ length: 100_000 }, (_, at) => `"k${at}":1`)},"k0":2}`
    expectSame(read(keys).value, whole(keys))
    const values = `[${'0.5,'.repeat(999_998)}1]`
    expect(read(values).value).toHaveLength(999_999)
    const levels = `${'[0,'.repeat(63)}[${long},${long},${long},${long}]${']'.repeat(63)}`
    expectSame(read(levels).value, whole(levels))
  })

  it('that a document without a content type holds is a text only if it is no JSON', () => {
    const unnamed = (json: string) => readDocument({ body: Buffer.from(json), contentType: undefined })
    expect(unnamed(`{${many},"a":1,}`)).toMatchObject({
      value: expect.any(String),
      notJson: { code: 'NOT_JSON' },
    })
    expect(unnamed(`{${many},"__proto__":1}`).problems[0]?.code).toBe('KEY_REFUSED')
  })
})
