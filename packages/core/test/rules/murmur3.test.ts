import fc from 'fast-check'
import { expect, it } from 'vitest'
import { compare } from '../../src/rules/compare.ts'
import { beginPair, endPair, murmur3, murmur3Block } from '../../src/rules/murmur3.ts'

it.each([
  // Published with the algorithm's many ports; each was made by the original.
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['', 0xffffffff, 0x81f16f39],
  ['\0\0\0\0', 0, 0x2362f9de],
  ['aaaa', 0x9747b28c, 0x5a97808a],
  ['aaa', 0x9747b28c, 0x283e0130],
  ['aa', 0x9747b28c, 0x5d211726],
  ['a', 0x9747b28c, 0x7fa09ea6],
  ['abcd', 0x9747b28c, 0xf0478627],
  ['abc', 0x9747b28c, 0xc84a62dd],
  ['ab', 0x9747b28c, 0x74875592],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['\u03c0\u03c0\u03c0\u03c0\u03c0\u03c0\u03c0\u03c0', 0x9747b28c, 0xd58063c1],
  ['a'.repeat(256), 0x9747b28c, 0x37405bdc],
])('murmur3 of %j with seed %i', (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash)
})

it('the hash of two blocks is the hash of their bytes, beyond ASCII, too', () => {
  // Each is four bytes of UTF-8.
  const four = fc.constantFrom('aaaa', '\0\0\0\0', 'Z\x7f0~', '\u00e9\u03c0', 'a\uffff', '\u{1f600}')
  const blockOf = (text: string) => Buffer.from(text).readInt32LE()
  fc.assert(
    fc.property(four, four, (first, second) => {
      expect(endPair(beginPair(blockOf(first)), blockOf(second))).toBe(murmur3(first + second))
    }),
  )
})

it('a hash as a block is the same 32 bits', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(murmur3Block(text) >>> 0).toBe(murmur3(text))
    }),
  )
})

it('texts are ordered by their code points, as their UTF-8 bytes are', () => {
  const text = fc
    .array(fc.constantFrom('a', 'b', '\u00e9', '\ud7ff', '\ue000', '\uffff', '\u{10000}', '\u{1f600}'))
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compare(a, b) as number)).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)))
    }),
  )
})
