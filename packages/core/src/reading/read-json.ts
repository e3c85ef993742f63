/**
 * From a JSON text to its value, with the positions of its places.
 *
 * `JSON.parse` decides; the text is scanned only when positions, duplicate keys or inexact numbers are asked
 * for.
 *
 * @module
 */
import { freezeJson, NotJsonError } from '../json.ts'
import { finish, type Steps } from '../turns.ts'
import { NotJsonText, parsed, readJsonPieces } from './json-pieces.ts'
import { offsetsInJson } from './json-places.ts'
import { type Parsed, refusalOf, unreadable } from './parsed.ts'
import { type Position, type Problem, positionsIn } from './problem.ts'
import { findJsonError, scanJson } from './scan-json.ts'
import { skipSpace } from './skip-json.ts'

/** Characters that are parsed in one go: the worst take ten milliseconds. */
export const LARGE_TEXT = 65_536

/** Parses a JSON text, checks its values and freezes them. */
export function* readJson(text: string): Steps<Parsed> {
  if (isBlank(text)) return unreadable({ place: '', code: 'EMPTY', text: 'is empty' })
  const locations = locationsIn(text)
  try {
    const value = text.length > LARGE_TEXT ? yield* readJsonPieces(text) : freezeJson(parsed(text))
    return { value, problems: [], ...locations }
  } catch (error) {
    if (error instanceof NotJsonError) return unreadable(yield* refusalOf(error, locations))
    if (!(error instanceof NotJsonText)) throw error
    yield
    // V8's own text quotes the document, and names no position on every version of Node.
    const syntax = yield* findJsonError(text)
    yield
    const where = syntax && positionsIn(text)(syntax.offset)
    return unreadable({
      place: '',
      code: 'NOT_JSON',
      text: `is not JSON: ${syntax?.text ?? 'it can not be read'}`,
      ...where,
    })
  }
}

function isBlank(text: string): boolean {
  const first = text.charCodeAt(skipSpace(text, 0))
  // Of a text that begins with a sign of ASCII, the rest is not looked at.
  return !(first > 0x20 && first < 0x7f) && text.trim() === ''
}

/** Positions in a text, which is looked at when the first is asked for. */
function locationsIn(text: string): Pick<Parsed, 'locate' | 'findPosition'> {
  let known:
    | { readonly findOffset: (place: string) => Steps<number>; readonly positionOf: PositionOf }
    | undefined
  function* findPosition(place: string): Steps<Position> {
    known ??= { findOffset: offsetsInJson(text), positionOf: positionsIn(text) }
    yield
    return known.positionOf(yield* known.findOffset(place))
  }
  return { findPosition, locate: (place) => finish(findPosition(place)) }
}

type PositionOf = ReturnType<typeof positionsIn>

/** Duplicate keys of objects; `JSON.parse` takes the last value, which is hardly meant. */
export function duplicateKeys(text: string): Problem[] {
  const positionOf = positionsIn(text)
  return scanJson(text).duplicates.map(({ path, offset }) => ({
    place: path.join('.'),
    code: 'KEY_TWICE',
    text: 'is there twice, and the last one counts',
    ...positionOf(offset),
  }))
}

/** Integers that a JavaScript number can't hold exactly. */
export function inexactNumbers(text: string): Pick<Problem, 'place' | 'line' | 'column'>[] {
  const positionOf = positionsIn(text)
  return scanJson(text).inexact.map(({ path, offset }) => ({ place: path.join('.'), ...positionOf(offset) }))
}
