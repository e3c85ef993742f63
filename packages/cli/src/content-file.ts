/**
 * A file of configuration: its bytes, its media type, and whether it is what it says.
 *
 * AppConfig itself takes a JSON file cut in half; here it is refused, because nobody means that.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { parseAllDocuments } from 'yaml'
import { CliError, oneLine } from './failure.ts'

/** What is deployed. */
export interface Content {
  readonly bytes: Uint8Array
  readonly contentType: string
}

const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.yaml': 'application/x-yaml',
  '.yml': 'application/x-yaml',
}

/**
 * Reads a file and checks it.
 *
 * @param contentType where the extension says it wrong.
 * @throws {CliError} `usage`.
 */
export function readContentFile(path: string, contentType?: string): Content {
  const bytes = readBytes(path)
  const type = contentType ?? TYPE_OF_EXTENSION[extname(path).toLowerCase()] ?? 'text/plain'
  const problem = problemOf(bytes, type)
  if (problem !== undefined) throw new CliError('usage', `The file ${path} ${problem}`)
  return { bytes, contentType: type }
}

/**
 * Reads a file.
 *
 * @throws {CliError} `usage`.
 */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'it does not exist' : code === 'EISDIR' ? 'it is a folder' : `${code}`
    throw new CliError('usage', `The file ${path} cannot be read: ${reason}.`, { cause })
  }
}

/** Why this content should not be deployed, as the rest of a sentence; `undefined` if it may. */
export function problemOf(bytes: Uint8Array, contentType: string): string | undefined {
  // To AppConfig's clients an empty content is indistinguishable from "unchanged".
  if (bytes.byteLength === 0) return 'is empty, which AppConfig cannot serve.'
  const text = Buffer.from(bytes).toString()
  if (contentType.includes('json')) return jsonProblem(text)
  if (contentType.includes('yaml')) return yamlProblem(text)
  return undefined
}

function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return `is not JSON: ${oneLine((error as Error).message)}.`
  }
}

function yamlProblem(text: string): string | undefined {
  for (const { errors } of parseAllDocuments(text, { logLevel: 'silent' })) {
    // The first line names the problem and its place; the rest draws it.
    const [problem] = errors
    if (problem) return `is not YAML: ${problem.message.split('\n')[0]?.replace(/:$/, '')}.`
  }
  return undefined
}
