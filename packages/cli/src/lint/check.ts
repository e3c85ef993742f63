/**
 * What a check is.
 *
 * @module
 */
import type { Problem } from '../documents/problem.ts'
import type { WrittenFlag } from './written-flags.ts'
import type { PlainScalar } from './yaml-scalars.ts'

/** What checks look at. */
export interface Subject {
  /** None where the document is not valid: what is wrong with it comes first. */
  readonly flags: readonly WrittenFlag[]
  /** The text of a file that is JSON. */
  readonly json: string | undefined
  /** Of a YAML file. */
  readonly scalars: readonly PlainScalar[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The texts of the source files; undefined where none were given. */
  readonly sources: readonly string[] | undefined
}

/** One check: a file here and a row in the table of `lint-file.ts`. */
export type Check = (subject: Subject) => readonly Problem[]
