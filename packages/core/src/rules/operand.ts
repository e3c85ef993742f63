/**
 * What operators are given.
 *
 * @module
 */
import type { ExactNumber } from './exact-number.ts'

/** An operand's value; a timestamp is told apart from a number. */
export type Operand = string | ExactNumber | boolean | Timestamp

/** A point in time, in milliseconds since 1970. */
export interface Timestamp {
  readonly ms: number
}
