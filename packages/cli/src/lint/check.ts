/**
 * The interface of checks.
 *
 * @module
 */
import type { Problem } from '../documents/problem.ts'
import type { SourceFile } from './source-files.ts'
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
  /** Undefined where none were given. */
  readonly sources: readonly SourceFile[] | undefined
}

/** One check: a file here and a row in the table of `lint-files.ts`. */
export type Check = (subject: Subject) => readonly Problem[]

/** A finding, as `--json` prints it. */
export interface Finding extends Problem {
  readonly file: string
  /** The name of the check; `invalid` for a document that is not linted. */
  readonly check: string
}
