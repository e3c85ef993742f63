/**
 * From a JSON text to its value, with the positions of its places.
 *
 * `JSON.parse` decides; the text is scanned only when positions, duplicate keys or inexact numbers are asked
 * for.
 *
 * @module
 */
import { offsetsInJson } from './json-places.ts'
import { type Parsed, unreadable } from './parsed.ts'
import { type Locate, type Problem, positionIn, positionsIn } from './problem.ts'
import { jsonError, scanJson } from './scan-json.ts'

/** Parses a JSON text. */
export function readJson(text: string): Parsed {
  if (text.trim() === '') return unreadable({ place: '', code: 'EMPTY', text: 'is empty' })
  try {
    return { value: JSON.parse(text), problems: [], locate: locateIn(text) }
  } catch {
    // V8's own text quotes the document, and names no position on every version of Node.
    const error = jsonError(text)
    const where = error && positionIn(text, error.offset)
    return unreadable({
      place: '',
      code: 'NOT_JSON',
      text: `is not JSON: ${error?.text ?? 'it can not be read'}`,
      ...where,
    })
  }
}

function locateIn(text: string): Locate {
  let known: { readonly offsetOf: (place: string) => number; readonly positionOf: PositionOf } | undefined
  return function locate(place) {
    known ??= { offsetOf: offsetsInJson(text), positionOf: positionsIn(text) }
    return known.positionOf(known.offsetOf(place))
  }
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
