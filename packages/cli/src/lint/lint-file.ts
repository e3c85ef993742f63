/**
 * Linting a file: findings that are valid but surely not meant.
 *
 * A document that is not valid is not linted: `validate` says what is wrong with it. Only the words and
 * numbers of YAML are looked at even then, for they may be what is wrong.
 *
 * @module
 */
import { located, type Problem } from '../documents/problem.ts'
import { readFile } from '../documents/read-document.ts'
import type { Check, Subject } from './check.ts'
import { deprecated } from './deprecated.ts'
import { duplicateKey } from './duplicate-key.ts'
import { inexactNumber } from './inexact-number.ts'
import { leadingZero } from './leading-zero.ts'
import { splitNeverMatches } from './split-never-matches.ts'
import { unreachableVariant } from './unreachable-variant.ts'
import { unusedFlag } from './unused-flag.ts'
import { writtenFlags } from './written-flags.ts'
import { plainScalars } from './yaml-scalars.ts'
import { yamlWord } from './yaml-word.ts'

/** A new check is a file beside this one and a row; the documentation has the same rows. */
export const CHECKS: Readonly<Record<string, Check>> = {
  deprecated,
  'unreachable-variant': unreachableVariant,
  'split-never-matches': splitNeverMatches,
  'unused-flag': unusedFlag,
  'duplicate-key': duplicateKey,
  'inexact-number': inexactNumber,
  'leading-zero': leadingZero,
  'yaml-word': yamlWord,
}

/** A finding, as `--json` prints it. */
export interface Finding extends Problem {
  readonly file: string
  /** The name of the check; `invalid` for a document that is not linted. */
  readonly check: string
}

/** @throws {CliError} `usage` where there is no such file. */
export async function lintFile(
  file: string,
  around: Pick<Subject, 'now' | 'sources'>,
): Promise<readonly Finding[]> {
  const { text = '', written, problems, format, locate } = await readFile(file)
  const valid = problems.length === 0
  const subject: Subject = {
    ...around,
    flags: valid && written !== undefined ? writtenFlags(written) : [],
    json: format === 'json' && written !== undefined ? text : undefined,
    scalars: format === 'yaml' && written !== undefined ? plainScalars(text) : [],
  }
  const found = Object.entries(CHECKS).flatMap(([check, run]) =>
    run(subject).map((each) => ({ file, ...located(each, locate), check })),
  )
  return valid ? found : [{ file, place: '', check: 'invalid', problem: FIRST }, ...found]
}

const FIRST = 'is not valid, run appconfig-kit validate first'
