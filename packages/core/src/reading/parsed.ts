/**
 * The result of parsing a text, before flags are interpreted.
 *
 * @module
 */
import type { JsonValue, NotJsonError } from '../json.ts'
import type { Steps } from '../turns.ts'
import type { Locate, Position, Problem } from './problem.ts'

/** The result of parsing a text. */
export interface Parsed {
  /** Frozen; undefined where there are problems. */
  readonly value: JsonValue | undefined
  readonly problems: readonly Problem[]
  readonly locate: Locate
  /** The same in steps, where finding a position may take long. */
  readonly findPosition?: ((place: string) => Steps<Position>) | undefined
  /** Why a text that may be JSON counts as a text. */
  readonly notJson?: Problem | undefined
}

/** The positions of a format that has none. */
export const NOWHERE: Locate = () => undefined

/** The result of a text that could not be parsed. */
export function unreadable(...problems: readonly Problem[]): Parsed {
  return { value: undefined, problems, locate: NOWHERE }
}

/** A fault as a problem, with its position. */
export function* problemOf(
  fault: Pick<Problem, 'place' | 'code' | 'text'>,
  { locate, findPosition }: Pick<Parsed, 'locate' | 'findPosition'>,
): Steps<Problem> {
  const { place, code, text } = fault
  const position = findPosition ? yield* findPosition(place) : locate(place)
  return { place, code, text, ...position }
}

/** The problem of a value that is refused. */
export function* refusalOf(
  { path, code, problem }: NotJsonError,
  locations: Pick<Parsed, 'locate' | 'findPosition'>,
): Steps<Problem> {
  return yield* problemOf({ place: path.join('.'), code, text: problem }, locations)
}
