/**
 * Skipping parts of a JSON text, character by character, without making values of them.
 *
 * A text that is no JSON is skipped somehow: whoever must know parses what was skipped.
 *
 * @module
 */

/** The characters that JSON is made of. */
export const CODE = {
  QUOTE: 0x22,
  COMMA: 0x2c,
  COLON: 0x3a,
  OPEN_LIST: 0x5b,
  CLOSE_LIST: 0x5d,
  OPEN_OBJECT: 0x7b,
  CLOSE_OBJECT: 0x7d,
} as const
const { QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT } = CODE
const [SPACE, BACKSLASH] = [0x20, 0x5c]

/** What is skipped does not end where it was to end. */
export const ENDLESS = -1

/** The offset behind white space of JSON; at most `end`. */
export function skipSpace(text: string, from: number, end: number = text.length): number {
  for (let at = from; at < end; at++) {
    const character = text.charCodeAt(at)
    if (character !== SPACE && character !== 0x0a && character !== 0x0d && character !== 0x09) return at
  }
  return Math.max(from, end)
}

/**
 * The offset behind a string.
 *
 * @param from the offset of the opening quote.
 * @param end where it is no longer looked for.
 */
export function skipString(text: string, from: number, end: number = text.length): number {
  for (let at = from + 1; at < end; ) {
    const farAt = Math.min(end, at + FAR)
    for (; at < farAt; at++) {
      const character = text.charCodeAt(at)
      if (character === QUOTE) return at + 1
      if (character === BACKSLASH) at++
    }
    const quoteAt = text.indexOf('"', at)
    if (quoteAt < 0 || quoteAt >= end) return ENDLESS
    let first = quoteAt
    while (first > at && text.charCodeAt(first - 1) === BACKSLASH) first--
    // An even number of backslashes escapes itself, not the quote.
    if ((quoteAt - first) % 2 === 0) return quoteAt + 1
    at = quoteAt + 1
  }
  return ENDLESS
}

/** Characters after which a search is faster than a look at each. */
const FAR = 32

/** The offset behind a value; `from` itself where none begins. */
export function skipValue(text: string, from: number, end: number = text.length): number {
  if (text.charCodeAt(from) === QUOTE) return skipString(text, from, end)
  let depth = 0
  let at = from
  while (at < end) {
    const character = text.charCodeAt(at)
    if (character === QUOTE) {
      at = skipString(text, at, end)
      if (at === ENDLESS) return ENDLESS
      continue
    }
    const closes = character === CLOSE_OBJECT || character === CLOSE_LIST
    // A number or word ends where something else begins.
    if (depth === 0 && (closes || character === COMMA || character <= SPACE)) return at
    at++
    if (character === OPEN_OBJECT || character === OPEN_LIST) depth++
    else if (closes && --depth === 0) return at
  }
  return depth === 0 && at === text.length ? at : ENDLESS
}
