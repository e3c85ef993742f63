/**
 * What is valid in a document but surely not meant.
 *
 * A document that is not valid is not linted: `validate` says what is wrong with it. Only the words of
 * YAML are looked at even then, for they may be what is wrong.
 *
 * @module
 */
import { flagProblems, type Problem } from '../documents/flag-problems.ts'
import { isYamlFile, readDocument } from '../documents/read-document.ts'
import type { Check, Subject } from './check.ts'
import { deprecated } from './deprecated.ts'
import { splitNeverMatches } from './split-never-matches.ts'
import { unreachableVariant } from './unreachable-variant.ts'
import { unusedFlag } from './unused-flag.ts'
import { writtenFlags } from './written-flags.ts'
import { yamlWord } from './yaml-word.ts'

/** A new check is a file beside this one and a row; the documentation has the same rows. */
export const CHECKS: Readonly<Record<string, Check>> = {
  deprecated,
  'unreachable-variant': unreachableVariant,
  'split-never-matches': splitNeverMatches,
  'unused-flag': unusedFlag,
  'yaml-word': yamlWord,
}

/** What `--json` prints. */
export interface Finding {
  readonly file: string
  readonly place: string
  /** The name of the check; `invalid` for a document that is not linted. */
  readonly check: string
  readonly problem: string
}

/** @throws {CliError} `usage` where there is no such file. */
export function lintFile(file: string, around: Pick<Subject, 'now' | 'sources'>): readonly Finding[] {
  const { text, value, problem } = readDocument(file)
  const problems: readonly Problem[] = problem === undefined ? flagProblems(value) : [{ place: '', problem }]
  const valid = problems.length === 0
  const subject: Subject = {
    ...around,
    flags: valid && value !== undefined ? writtenFlags(value) : [],
    yaml: isYamlFile(file) ? text : undefined,
  }
  const found = Object.entries(CHECKS).flatMap(([check, run]) =>
    run(subject).map((each) => ({ file, place: each.place, check, problem: each.problem })),
  )
  return valid ? found : [{ file, place: '', check: 'invalid', problem: FIRST }, ...found]
}

const FIRST = 'is not valid, run appconfig-kit validate first'
