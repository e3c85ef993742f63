import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { offsetsInJson } from '../../src/reading/json-places.ts'
import { scanJson } from '../../src/reading/scan-json.ts'
import { finish } from '../../src/turns.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** All parts below a value by their places, but for those below keys with dots. */
function partsOf(value: unknown, place = ''): [place: string, part: unknown][] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, part]) => {
    if (key === '' || key.includes('.')) return []
    const at = place === '' ? key : `${place}.${key}`
    return [[at, part] as [string, unknown], ...partsOf(part, at)]
  })
}

/** What the text of a value begins with. */
function begins(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return Array.isArray(value) ? '[' : '{'
}

describe('scanning JSON', () => {
  it('finds an error exactly where JSON.parse does', () => {
    const piece = fc.constantFrom(
      ...[
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"a"',
        '"\\u00e9"',
        '"\\q"',
        '1',
        '-0.5e3',
        '01',
        'true',
        'nul',
        ' ',
        '\n',
        "'",
      ],
    )
    const torn = fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, insert]) => {
      const cut = at % (json.length + 1)
      return json.slice(0, cut) + insert + json.slice(cut + (at % 3))
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          torn,
          fc.array(piece, { maxLength: 12 }).map((all) => all.join('')),
        ),
        (text) => {
          expect(scanJson(text).error === undefined).toBe(isJson(text))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it.each([
    ['{"a":1,}', 7, 'a key'],
    ['{"a" 1}', 5, 'a colon'],
    ['{"a":[1 2]}', 8, 'a comma'],
    ['{"a":tru}', 5, 'a value'],
    ['{"a":1', 6, 'it ends too early'],
    ['{"a":1}x', 7, 'the text goes on'],
    ['["a\tb"]', 3, 'control character'],
  ])('%s: offset %i, %s', (text, offset, says) => {
    expect(scanJson(text).error).toEqual({ offset, text: expect.stringContaining(says) })
  })

  it('finds keys that are there twice, however they are written, and integers that change', () => {
    const { duplicates, inexact } = scanJson(
      '{"a":[{"b":1,"\\u0062":2}],"n":9007199254740993,"m":9007199254740992}',
    )
    expect(duplicates).toEqual([{ path: ['a', '0', 'b'], offset: 13 }])
    expect(inexact).toEqual([{ path: ['n'], offset: 26 }])
    expect(
      scanJson(`[${'9'.repeat(400)}, -${'1'.repeat(300)}, 1e400, 0.12345678901234567891]`).inexact,
    ).toEqual([
      { path: ['0'], offset: 1 },
      { path: ['1'], offset: 403 },
    ])
  })

  it('knows where a place stands, or what is nearest above it', () => {
    const text = '{"a.b": {"c": [0, {"d": 1}]}}'
    const findOffset = offsetsInJson(text)
    const offsetOf = (place: string) => finish(findOffset(place))
    const at = (place: string) => text.slice(offsetOf(place), offsetOf(place) + 3)
    expect(at('a.b')).toBe('"a.')
    expect(at('a.b.c.1.d')).toBe('"d"')
    expect(at('a.b.c.7.d')).toBe('"c"')
    expect(at('x')).toBe(text.slice(0, 3))
  })

  it('knows where every value of any text stands', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom(undefined, 1, '\t', ' \n '), (json, space) => {
        const value: unknown = JSON.parse(json)
        const text = JSON.stringify(value, null, space)
        const findOffset = offsetsInJson(text)
        const offsetOf = (place: string) => finish(findOffset(place))
        for (const [place, part] of partsOf(value)) {
          const there = text.slice(offsetOf(place))
          // Of a member the key stands there, of an item the value.
          const key = place.slice(place.lastIndexOf('.') + 1)
          expect([JSON.stringify(key), begins(part)].some((begin) => there.startsWith(begin))).toBe(true)
        }
      }),
    )
  })

  it('is not held up by depth or length', () => {
    expect(scanJson('['.repeat(300_000) + ']'.repeat(300_000)).error).toBeUndefined()
    expect(scanJson('{"a":'.repeat(100_000)).error?.offset).toBe(500_000)
    expect(scanJson(JSON.stringify('\\"x'.repeat(500_000))).error).toBeUndefined()
  })
})
