/**
 * A file of configuration: its bytes, its media type, and whether its content has the format of its
 * extension.
 *
 * AppConfig itself accepts a JSON file cut in half. Here a file is refused if a client would refuse it.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { loadParser, readDocument } from '@appconfig-kit/core/documents'
import { type Problem, problemsOf } from './documents/problem.ts'
import { CliError } from './failure.ts'
import { problemLine } from './printing/problem-line.ts'

/** A content to deploy. */
export interface Content {
  readonly bytes: Uint8Array
  readonly contentType: string
}

const TYPE_OF_EXTENSION: Readonly<Record<string, string>> = {
  '.json': 'application/json',
  '.yaml': 'application/x-yaml',
  '.yml': 'application/x-yaml',
}

/** The media type that the extension of a file says. */
export function typeOf(path: string): string | undefined {
  return TYPE_OF_EXTENSION[extname(path).toLowerCase()]
}

/**
 * Reads a file and checks it.
 *
 * @param contentType where the extension says it wrong.
 * @throws {CliError} `usage`.
 */
export async function readContentFile(path: string, contentType?: string): Promise<Content> {
  const bytes = readBytes(path)
  const type = contentType ?? typeOf(path) ?? 'text/plain'
  await loadParser({ contentType: type })
  const problem = problemOf(bytes, type)
  if (problem !== undefined)
    throw new CliError('usage', `The file cannot be deployed: ${problemLine(path, problem)}.`)
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

/** Why this content should not be deployed: what a client would refuse. After `loadParser` for its type. */
export function problemOf(bytes: Uint8Array, contentType: string): Problem | undefined {
  return problemsOf(readDocument({ body: bytes, contentType }))[0]
}
