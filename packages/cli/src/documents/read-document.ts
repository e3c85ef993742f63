/**
 * A document of configuration, read from a file: JSON, or YAML 1.2 as the libraries read it.
 *
 * @module
 */
import { extname } from 'node:path'
import { parseDocument } from 'yaml'
import { problemOf, readBytes } from '../content-file.ts'
import { CliError } from '../failure.ts'
import { isPlainObject, type JsonObject, type JsonValue } from './json.ts'

/** What a file holds, or why it holds nothing. */
export type ReadDocument =
  | { readonly text: string; readonly value: JsonValue; readonly problem?: undefined }
  | { readonly text: string; readonly value?: undefined; readonly problem: string }

const DEEPEST = 64

/** Whether a file is YAML, by its extension. */
export function isYamlFile(path: string): boolean {
  return ['.yaml', '.yml'].includes(extname(path).toLowerCase())
}

/**
 * Reads a document that may be wrong: the problem is an answer.
 *
 * @throws {CliError} `usage` where there is no such file.
 */
export function readDocument(path: string): ReadDocument {
  const bytes = readBytes(path)
  const text = Buffer.from(bytes).toString()
  const yaml = isYamlFile(path)
  const wrong = problemOf(bytes, yaml ? 'application/x-yaml' : 'application/json')
  if (wrong !== undefined) return { text, problem: wrong.replace(/\.$/, '') }
  try {
    const value = yaml ? readYaml(text) : (JSON.parse(text) as JsonValue)
    const problem = problemOfValue(value, [])
    return problem === undefined ? { text, value } : { text, problem }
  } catch (error) {
    return { text, problem: `is not YAML: ${(error as Error).message.split('\n')[0]?.replace(/:$/, '')}` }
  }
}

/**
 * Reads a document that has to be right.
 *
 * @throws {CliError} `usage`.
 */
export function requireDocument(path: string): JsonValue {
  const { value, problem } = readDocument(path)
  if (problem !== undefined) throw new CliError('usage', `The file ${path} ${problem}.`)
  return value as JsonValue
}

/** Whether a document is, or means to be, feature flags as they are written for AppConfig. */
export function isAuthored(document: JsonValue): document is JsonObject {
  return (
    isPlainObject(document) &&
    Object.hasOwn(document, 'version') &&
    isPlainObject(document['flags']) &&
    isPlainObject(document['values'])
  )
}

function readYaml(text: string): JsonValue {
  const document = parseDocument(text, { version: '1.2', logLevel: 'silent' })
  const [error] = document.errors
  if (error) throw error
  return document.toJS({ maxAliasCount: 100 }) as JsonValue
}

/** What JSON or YAML can say and the libraries refuse. */
function problemOfValue(value: JsonValue, path: readonly string[]): string | undefined {
  const place = path.length === 0 ? '' : ` at ${path.join('.')}`
  if (path.length > DEEPEST) return `is nested more than ${DEEPEST} levels deep`
  if (typeof value === 'number' && !Number.isFinite(value)) return `holds a number that is not finite${place}`
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, part] of Object.entries(value)) {
    if (key === '__proto__') return `has a key "__proto__"${place}`
    const problem = problemOfValue(part as JsonValue, [...path, key])
    if (problem !== undefined) return problem
  }
  return undefined
}
