import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partAt } from '../../src/reading/places.ts'
import { scanJson } from '../../src/reading/scan-json.ts'

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
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
    const { root } = scanJson(text)
    const at = (place: string) => {
      const offset = root && partAt(root, place, ({ parts }) => parts).offset
      return text.slice(offset, Number(offset) + 3)
    }
    expect(at('a.b')).toBe('"a.')
    expect(at('a.b.c.1.d')).toBe('"d"')
    expect(at('a.b.c.7.d')).toBe('"c"')
    expect(at('x')).toBe(text.slice(0, 3))
  })

  it('is not held up by depth or length', () => {
    expect(scanJson('['.repeat(300_000) + ']'.repeat(300_000)).error).toBeUndefined()
    expect(scanJson('{"a":'.repeat(100_000)).error?.offset).toBe(500_000)
    expect(scanJson(JSON.stringify('\\"x'.repeat(500_000))).error).toBeUndefined()
  })
})
