/**
 * From bytes to text: UTF-8 only, with or without a byte order mark.
 *
 * @module
 */
import { nodeModule } from '../node-modules.ts'
import type { Problem } from './problem.ts'

const UTF8 = { fatal: true }

/** The text of UTF-8 bytes, without a byte order mark; a problem for any other bytes. */
export function decode(body: Uint8Array): string | Problem {
  const other = nameOfUtf16(body)
  if (other) return notUtf8(`is ${other}, not UTF-8: save it as UTF-8`)
  try {
    return new TextDecoder('utf-8', UTF8).decode(body)
  } catch {
    return { ...notUtf8('is not UTF-8: save it as UTF-8'), line: firstBadLine(body) }
  }
}

function notUtf8(text: string): Problem {
  return { place: '', code: 'NOT_UTF8', text }
}

/** The name of a UTF-16 encoding, found by its byte order mark or by zeros in its first bytes. */
function nameOfUtf16([first, second]: Uint8Array): string | undefined {
  if (first === 0xff && second === 0xfe) return 'UTF-16 (little-endian)'
  if (first === 0xfe && second === 0xff) return 'UTF-16 (big-endian)'
  if (first !== 0 && second === 0) return 'UTF-16 (little-endian, without a byte order mark)'
  if (first === 0 && second !== undefined && second !== 0)
    return 'UTF-16 (big-endian, without a byte order mark)'
  return undefined
}

/** By halves: no character of UTF-8 contains the byte of a line break, so lines are valid or not by themselves. */
function firstBadLine(body: Uint8Array): number {
  const { isUtf8 } = nodeModule('buffer')
  /** All lines before `good` are valid; some line from there up to `end` is not. */
  let [good, end] = [0, body.byteLength]
  for (;;) {
    const middle = (good + end) >> 1
    const before = body.lastIndexOf(LINE_BREAK, middle) + 1
    const split = before > good ? before : body.indexOf(LINE_BREAK, middle) + 1
    // One line is left.
    if (split <= good || split >= end) break
    if (isUtf8(body.subarray(good, split))) good = split
    else end = split
  }
  let line = 1
  for (let at = body.indexOf(LINE_BREAK); at >= 0 && at < good; at = body.indexOf(LINE_BREAK, at + 1)) line++
  return line
}

const LINE_BREAK = 0x0a
