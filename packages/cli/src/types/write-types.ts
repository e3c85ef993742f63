/**
 * The file a module of types is kept in: written, or compared.
 *
 * A file that was not generated is never overwritten.
 *
 * @module
 */
import { existsSync, writeFileSync } from 'node:fs'
import { readBytes } from '../content-file.ts'
import { CliError } from '../failure.ts'
import { GENERATED_HEADER } from './generated-header.ts'

/** @throws {CliError} `usage`. */
export function writeTypes(path: string, text: string): void {
  const before = readIfThere(path)
  if (before === text) return
  if (before !== undefined && before.trim() !== '' && !before.startsWith(GENERATED_HEADER))
    throw new CliError('usage', `The file ${path} was not made by appconfig-kit types, so it stays as it is.`)
  try {
    writeFileSync(path, text)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    const reason = code === 'ENOENT' ? 'its folder does not exist' : `${code}`
    throw new CliError('usage', `The file ${path} cannot be written: ${reason}.`, { cause })
  }
}

/** Whether the file holds this text; git may have changed how its lines end. */
export function isWritten(path: string, text: string): boolean {
  return readIfThere(path)?.replaceAll('\r\n', '\n') === text
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? Buffer.from(readBytes(path)).toString() : undefined
}
