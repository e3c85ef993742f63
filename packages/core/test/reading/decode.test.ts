import fc from 'fast-check'
import { expect, it } from 'vitest'
import { decode } from '../../src/reading/decode.ts'
import { finish } from '../../src/turns.ts'

/** Whether one line alone can be decoded. */
function isText(line: Buffer): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(line)
    return true
  } catch {
    return false
  }
}

it('names the first line that is not UTF-8', () => {
  const line = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.constantFrom('', 'a', 'ö', 'あ', '😀', 'a long line').map((text) => Buffer.from(text)),
    },
    fc
      .constantFrom([0xff], [0x61, 0xc3], [0xed, 0xa0, 0x80], [0xe3, 0x81])
      .map((bytes) => Buffer.from(bytes)),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const body = Buffer.concat([Buffer.from('{}'), ...lines.flatMap((each) => [Buffer.from('\n'), each])])
      const at = lines.findIndex((each) => !isText(each))
      const decoded = finish(decode(body))

      if (at < 0) expect(decoded).toBe(body.toString())
      else expect(decoded).toMatchObject({ code: 'NOT_UTF8', line: at + 2 })
    }),
    { numRuns: 2000 },
  )
})

it('decodes a large text piece by piece, with no character cut and one mark taken away', () => {
  for (const character of ['a', 'é', 'あ', '😀', '\uFEFF'])
    for (const before of ['', 'a', 'aa', 'aaa']) {
      const text = before + character.repeat(150_000)
      expect(finish(decode(Buffer.from(`\uFEFF${text}`))) === text).toBe(true)
    }
  const torn = Buffer.concat([Buffer.from('あ'.repeat(100_000)), Buffer.alloc(300_000, 0x81)])
  expect(finish(decode(torn))).toMatchObject({ code: 'NOT_UTF8', line: 1 })
})
