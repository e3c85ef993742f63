/**
 * Reading a document of configuration from a file, as a client reads a deployed document.
 *
 * @module
 */
import { isAuthoredFlags, loadParser, type Reading, readDocument } from '@appconfig-kit/core/documents'
import { readBytes, typeOf } from '../content-file.ts'
import { CliError } from '../failure.ts'
import { problemLine } from '../printing/problem-line.ts'
import type { JsonValue } from './json.ts'
import { problemsOf } from './problem.ts'

/** Whether a document is, or means to be, feature flags as they are written for AppConfig. */
export { isAuthoredFlags as isAuthored }

/**
 * Reads a document that may be wrong: problems are an answer. What does not say that it is YAML is JSON.
 *
 * @throws {CliError} `usage` where there is no such file.
 */
export async function readFile(path: string): Promise<Reading> {
  const contentType = typeOf(path) ?? 'application/json'
  await loadParser({ contentType })
  return readDocument({ body: readBytes(path), contentType })
}

/**
 * Reads a document that has to be right.
 *
 * @returns it as it is written.
 * @throws {CliError} `usage`.
 */
export async function requireDocument(path: string): Promise<JsonValue> {
  const reading = await readFile(path)
  const [problem] = problemsOf(reading)
  if (problem === undefined) return reading.written as JsonValue
  const message = `The file cannot be used: ${problemLine(path, problem)}. See appconfig-kit validate ${path}.`
  throw new CliError('usage', message)
}
