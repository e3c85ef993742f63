/**
 * All problems of a file, as `validate` prints them.
 *
 * @module
 */
import { duplicateKeys, notAnObject, type Reading } from '@appconfig-kit/core/documents'
import { excerpt } from '../printing/problem-line.ts'
import { located, type Problem, problemsOf } from './problem.ts'
import { isAuthored, readFile } from './read-document.ts'
import type { CompiledSchema } from './schema-problems.ts'

/** A problem of a file, with the line it is about. */
export interface FoundProblem {
  readonly file: string
  readonly problem: Problem
  /** The line of the file, where there is one to show. */
  readonly lines: readonly string[]
}

/** What a file is checked against, besides what a client takes. */
export interface JudgeOptions {
  /** The schema of documents that are not flags documents. */
  readonly schema: CompiledSchema | undefined
  /** Whether lists and texts are accepted, too. */
  readonly any: boolean
}

/** @throws {CliError} `usage` where there is no such file. */
export async function judgeFile(file: string, options: JudgeOptions): Promise<readonly FoundProblem[]> {
  const reading = await readFile(file)
  return problemsIn(reading, options).map((each) => {
    const problem = located(each, reading.locate)
    return { file, problem, lines: excerpt(reading.text ?? '', problem) }
  })
}

function problemsIn(reading: Reading, { schema, any }: JudgeOptions): readonly Problem[] {
  const { written, format, text = '' } = reading
  // A client takes the last of two, which is hardly meant.
  const duplicates = format === 'json' && written !== undefined ? duplicateKeys(text) : []
  const kind = any ? undefined : notAnObject(reading)
  const more = [...duplicates, ...(kind ? [kind] : [])]
  const ofSchema = schema && written !== undefined && !isAuthored(written) ? schema.check(written) : []
  return [...problemsOf({ ...reading, problems: [...reading.problems, ...more] }), ...ofSchema]
}
