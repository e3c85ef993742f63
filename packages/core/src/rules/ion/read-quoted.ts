/**
 * Ion's strings and quoted symbols.
 *
 * @module
 */
import type { Cursor } from './cursor.ts'

/** What is neither a quote, nor an escape, nor the end of a line. */
const PLAIN = /[^"'\\\n]+/y

/** What is neither a quote of a long string nor an escape. */
const UNQUOTED = /[^'\\]+/y

/** What stands between a quote and its like. */
export function readQuoted(cursor: Cursor, quote: string): string {
  const start = cursor.position++
  let text = ''
  for (;;) {
    text += cursor.take(PLAIN) ?? ''
    const character = cursor.next
    if (character === undefined || character === '\n') return cursor.fail('a quote is not closed', start)
    if (character === quote) break
    text += character === '\\' ? readEscape(cursor) : character
    cursor.position++
  }
  cursor.position++
  return text
}

/** Long strings; several in a row are one. */
export function readLongStrings(cursor: Cursor): string {
  let text = ''
  while (cursor.startsWith("'''")) {
    const start = cursor.position
    cursor.position += 3
    while (!cursor.startsWith("'''")) {
      if (cursor.isAtEnd) cursor.fail('a long string is not closed', start)
      text += cursor.take(UNQUOTED) ?? ''
      if (cursor.next === '\\') text += readEscape(cursor)
      else if (cursor.next === "'" && !cursor.startsWith("'''")) text += "'"
      else continue
      cursor.position++
    }
    cursor.position += 3
    cursor.skipSpace()
  }
  return text
}

/** From the backslash; leaves the position on the last character of the escape. */
function readEscape(cursor: Cursor): string {
  cursor.position++
  const kind = cursor.next ?? ''
  const plain = ESCAPES[kind]
  if (plain !== undefined) return plain
  const digits = DIGITS[kind] ?? 0
  const from = cursor.position + 1
  const hex = cursor.text.slice(from, from + digits)
  const code = Number.parseInt(hex, 16)
  if (digits === 0 || !/^[\da-fA-F]+$/.test(hex) || hex.length !== digits || code > 0x10ffff)
    return cursor.fail('an escape that Ion does not know', cursor.position - 1)
  cursor.position += digits
  return String.fromCodePoint(code)
}

/** How many hexadecimal digits follow. */
const DIGITS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  v: '\v',
  '"': '"',
  "'": "'",
  '?': '?',
  '\\': '\\',
  '/': '/',
  '\n': '',
}
