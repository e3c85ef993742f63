/**
 * The interface of checks.
 *
 * @module
 */
import type { Problem } from '../documents/problem.ts'
import type { WrittenFlag } from './written-flags.ts'
import type { PlainScalar } from './yaml-scalars.ts'

/** What a check examines. */
export interface Subject {
  /** Empty if the document is not valid: its problems come first. */
  readonly flags: readonly WrittenFlag[]
  /** The text of a file that is JSON. */
  readonly json: string | undefined
  /** The plain scalars of a YAML file; empty for JSON. */
  readonly scalars: readonly PlainScalar[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** The texts of the source files; undefined where none were given. */
  readonly sources: readonly string[] | undefined
}

/** One check: a file here and a row in the table of `lint-file.ts`. */
export type Check = (subject: Subject) => readonly Problem[]
