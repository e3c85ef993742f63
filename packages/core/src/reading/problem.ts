/**
 * A problem of a document.
 *
 * @module
 */

/** The kind of a problem. */
export type ProblemCode =
  | 'TOO_LARGE'
  | 'NOT_UTF8'
  | 'NOT_JSON'
  | 'NOT_YAML'
  | 'NOT_ION'
  | 'PARSER_MISSING'
  | 'EMPTY'
  | 'NOT_AN_OBJECT'
  | 'TOO_DEEP'
  | 'TOO_MANY_VALUES'
  | 'TOO_COSTLY'
  | 'VALUE_REFUSED'
  | 'KEY_REFUSED'
  | 'KEY_TWICE'
  | 'FLAG_INVALID'
  | 'RULE_INVALID'

/** A position in a text; both numbers count from 1. */
export interface Position {
  readonly line: number
  /** In UTF-16 code units, as editors count. */
  readonly column?: number | undefined
}

/** A problem of a document. Its text names the place and what is expected there; it never quotes a value. */
export interface Problem extends Partial<Position> {
  /** The keys that lead there, joined by dots; empty for the document as a whole. */
  readonly place: string
  readonly code: ProblemCode
  /** The rest of a sentence that begins with the place. */
  readonly text: string
}

/** Finds the position of a place, or of its nearest ancestor; undefined in a format without positions. */
export type Locate = (place: string) => Position | undefined

/** The position of one offset: for several, {@link positionsIn} is faster. */
export function positionIn(text: string, offset: number): Required<Position> {
  let [line, start] = [1, 0]
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', start)) {
    line++
    start = at + 1
  }
  return { line, column: offset - start + 1 }
}

/** @returns a function from an offset in the text to its position. */
export function positionsIn(text: string): (offset: number) => Required<Position> {
  const starts = [0]
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1)
  return function positionOf(offset) {
    let [low, high] = [0, starts.length]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if ((starts[middle] as number) <= offset) low = middle
      else high = middle
    }
    return { line: low + 1, column: offset - (starts[low] as number) + 1 }
  }
}

/** A place as it may stand in a text: in one line, and never long. */
export function printedPlace(place: string): string {
  const text = place.replace(UNPRINTABLE, (character) => JSON.stringify(character).slice(1, -1))
  return text.length > 200 ? `${text.slice(0, 197)}…` : text
}

/** Control characters, which could forge a line of a log, and what turns the direction of a text. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

/**
 * A problem as the rest of a sentence, for readers without the text at hand: `flags.a is missing (line 3,
 * column 5)`.
 */
export function sentenceOf({ place, text, line, column }: Problem): string {
  const where = line === undefined ? '' : ` (line ${line}${column === undefined ? '' : `, column ${column}`})`
  return `${place === '' ? 'it' : printedPlace(place)} ${text}${where}`
}
