/**
 * Linting files: findings that are valid but surely not meant.
 *
 * A document that is not valid is not linted: `validate` says what is wrong with it. Only the words and
 * numbers of YAML are looked at even then, for they may be what is wrong.
 *
 * @module
 */
import type { Reading } from '@appconfig-kit/core/documents'
import { located } from '../documents/problem.ts'
import { readFile } from '../documents/read-document.ts'
import type { Check, Finding, Subject } from './check.ts'
import { deprecated, isPast } from './deprecated.ts'
import { duplicateKey } from './duplicate-key.ts'
import { inexactNumber } from './inexact-number.ts'
import { leadingZero } from './leading-zero.ts'
import { splitNeverMatches } from './split-never-matches.ts'
import { findStaleFlags } from './stale-flags.ts'
import { unreachableVariant } from './unreachable-variant.ts'
import { unusedFlag } from './unused-flag.ts'
import { type WrittenFlag, writtenFlags } from './written-flags.ts'
import { plainScalars } from './yaml-scalars.ts'
import { yamlWord } from './yaml-word.ts'

/** Checks of one document: a new one is a file beside this one and a row; the documentation has the same rows. */
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

/** What files are judged by. */
export interface LintOptions extends Pick<Subject, 'now' | 'sources'> {
  /** Whether flags that are the same for everybody are findings, too. */
  readonly stale: boolean
}

/**
 * The findings in each file, then those in code.
 *
 * @throws {CliError} `usage` where there is no such file.
 */
export async function lintFiles(
  files: readonly string[],
  { stale, ...around }: LintOptions,
): Promise<readonly Finding[]> {
  const read = await Promise.all(files.map(async (file) => ({ file, reading: await readFile(file) })))
  const linted = read.map(({ file, reading }) => {
    const subject = subjectOf(reading, around)
    return { file, value: reading.value, subject, findings: findingsIn(file, reading, subject) }
  })
  const flags = linted.flatMap(({ subject }) => subject.flags)
  const inCode = findStaleFlags({
    documents: linted,
    sources: around.sources ?? [],
    flags: keysOf(flags),
    deprecated: keysOf(flags.filter((flag) => isPast(flag, around.now))),
    settled: stale,
  })
  return [...linted.flatMap(({ findings }) => findings), ...inCode]
}

function subjectOf(
  { text = '', written, problems, format }: Reading,
  around: Pick<Subject, 'now' | 'sources'>,
): Subject {
  return {
    ...around,
    flags: problems.length === 0 && written !== undefined ? writtenFlags(written) : [],
    json: format === 'json' && written !== undefined ? text : undefined,
    scalars: format === 'yaml' && written !== undefined ? plainScalars(text) : [],
  }
}

function findingsIn(file: string, { problems, locate }: Reading, subject: Subject): readonly Finding[] {
  const found = Object.entries(CHECKS).flatMap(([check, run]) =>
    run(subject).map((each) => ({ file, ...located(each, locate), check })),
  )
  return problems.length === 0 ? found : [{ file, place: '', check: 'invalid', problem: FIRST }, ...found]
}

const FIRST = 'is not valid, run appconfig-kit validate first'

function keysOf(flags: readonly WrittenFlag[]): readonly string[] {
  return [...new Set(flags.map(({ key }) => key))]
}
