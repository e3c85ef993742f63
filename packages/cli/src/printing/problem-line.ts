/**
 * A problem of a file, on one line.
 *
 * @module
 */
import type { Problem } from '../documents/flag-problems.ts'

/** `FILE: place: problem`; without a place for what is wrong with the file as a whole. */
export function problemLine(file: string, { place, problem }: Problem): string {
  return [file, place, problem].filter((part) => part !== '').join(': ')
}
