/**
 * From bytes to text: UTF-8 only, with or without a byte order mark.
 *
 * @module
 */
import { nodeModule } from '../node-modules.ts'
import type { Steps } from '../turns.ts'
import type { Problem } from './problem.ts'

/** Bytes that are decoded in one step: less than a millisecond. */
const STEP_BYTES = 65_536

/** Only the first character of a text may be a mark. */
const DECODER = new TextDecoder('utf-8', { fatal: true })
const DECODER_OF_REST = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The text of UTF-8 bytes, without a byte order mark; a problem for any other bytes. */
export function* decode(body: Uint8Array): Steps<string | Problem> {
  const other = nameOfUtf16(body)
  if (other) return notUtf8(`is ${other}, not UTF-8: save it as UTF-8`)
  try {
    const parts: string[] = []
    for (let from = 0, to = 0; to < body.byteLength; from = to) {
      to = endOfStep(body, from)
      const decoder = from === 0 ? DECODER : DECODER_OF_REST
      parts.push(decoder.decode(body.subarray(from, to)))
      yield
    }
    return parts.join('')
  } catch {
    return { ...notUtf8('is not UTF-8: save it as UTF-8'), line: firstBadLine(body) }
  }
}

/** No character is cut: it has at most three bytes behind its first. */
function endOfStep(body: Uint8Array, from: number): number {
  const end = from + STEP_BYTES
  if (end >= body.byteLength) return body.byteLength
  const cut = [end, end - 1, end - 2, end - 3].find((at) => ((body[at] ?? 0) & 0xc0) !== 0x80)
  return cut ?? end
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
  for (let at = 0; at < good; at++) if (body[at] === LINE_BREAK) line++
  return line
}

const LINE_BREAK = 0x0a
