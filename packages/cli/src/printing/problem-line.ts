/**
 * A problem of a file, on one line, and the line of the file under it.
 *
 * @module
 */
import type { Problem } from '../documents/problem.ts'
import { visible } from './visible.ts'

/** `FILE:LINE:COLUMN: place: problem`; without a place for what is wrong with the file as a whole. */
export function problemLine(file: string, { place, line, column, problem }: Problem): string {
  const where = [file, line, column].filter((part) => part !== undefined).join(':')
  return visible([where, place, problem].filter((part) => part !== '').join(': '))
}

/** Characters of a line to show: a whole document may stand on one. */
const WIDTH = 100

/** The line of the file, and a mark under the column. */
export function excerpt(text: string, { line, column = 1 }: Problem): readonly string[] {
  if (line === undefined) return []
  const whole = (text.split('\n')[line - 1] ?? '').replace(/\r$/, '').replaceAll('\t', ' ')
  const start = Math.max(0, Math.min(column - 1 - WIDTH / 2, whole.length - WIDTH))
  const shown = whole.slice(start, start + WIDTH)
  if (shown.trim() === '') return []
  return [`    ${shown}`, `    ${' '.repeat(column - 1 - start)}^`]
}
