/**
 * The result of parsing a text, before flags are interpreted.
 *
 * @module
 */
import type { JsonValue } from '../json.ts'
import type { Locate, Problem } from './problem.ts'

/** The result of parsing a text. */
export interface Parsed {
  /** Undefined where there are problems. */
  readonly value: JsonValue | undefined
  readonly problems: readonly Problem[]
  readonly locate: Locate
}

/** The positions of a format that has none. */
export const NOWHERE: Locate = () => undefined

/** The result of a text that could not be parsed. */
export function unreadable(...problems: readonly Problem[]): Parsed {
  return { value: undefined, problems, locate: NOWHERE }
}
