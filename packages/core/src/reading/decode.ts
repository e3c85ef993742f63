/**
 * From bytes to text: UTF-8 only, with or without a byte order mark.
 *
 * @module
 */
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

/** Decodes each line alone: no character of UTF-8 contains the byte of a line break. */
function firstBadLine(body: Uint8Array): number {
  let line = 1
  for (let start = 0; start < body.byteLength; line++) {
    const end = body.indexOf(0x0a, start)
    const stop = end < 0 ? body.byteLength : end
    try {
      new TextDecoder('utf-8', UTF8).decode(body.subarray(start, stop))
    } catch {
      break
    }
    start = stop + 1
  }
  return line
}
