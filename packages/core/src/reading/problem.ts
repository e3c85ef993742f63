/**
 * A problem of a document.
 *
 * @module
 */
import type { NotJsonError } from '../json.ts'

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
  | NotJsonError['code']
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

/** Characters between the notes of {@link positionsIn}. */
const BLOCK = 4096
const LINE_BREAK = 0x0a

/**
 * Notes, at every so many characters, the line and where it begins: a text of megabytes may have as many lines.
 *
 * @returns a function from an offset in the text to its position.
 */
export function positionsIn(text: string): (offset: number) => Required<Position> {
  const lines: number[] = []
  const starts: number[] = []
  let [line, start] = [1, 0]
  for (let at = 0; at <= text.length; at++) {
    if (at % BLOCK === 0) {
      lines.push(line)
      starts.push(start)
    }
    if (text.charCodeAt(at) !== LINE_BREAK) continue
    line++
    start = at + 1
  }
  return function positionOf(offset) {
    const block = Math.min(Math.floor(offset / BLOCK), lines.length - 1)
    let [line = 1, start = 0] = [lines[block], starts[block]]
    for (let at = block * BLOCK; at < offset; at++) {
      if (text.charCodeAt(at) !== LINE_BREAK) continue
      line++
      start = at + 1
    }
    return { line, column: offset - start + 1 }
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
