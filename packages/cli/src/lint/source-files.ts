/**
 * The texts of the source files below folders.
 *
 * What is installed, built or hidden is left out, and so are generated types: they mention every flag.
 * A folder that links lead back to is read once.
 *
 * @module
 */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { extname, join } from 'node:path'
import { readBytes } from '../content-file.ts'
import { CliError } from '../failure.ts'
import { GENERATED_HEADER } from '../types/generated-header.ts'

const EXTENSIONS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '.svelte']
const LEFT_OUT = ['node_modules', 'dist', 'build', 'coverage']

/** @throws {CliError} `usage` for what is no folder, or cannot be read. */
export function readSources(folders: readonly string[]): readonly string[] {
  const seen = new Set<string>()
  return folders
    .flatMap((folder) => {
      if (!kindOf(folder)?.isDirectory()) throw new CliError('usage', `There is no folder ${folder}.`)
      return filesBelow(folder, seen)
    })
    .map((file) => Buffer.from(readBytes(file)).toString())
    .filter((text) => !text.startsWith(GENERATED_HEADER))
}

function filesBelow(folder: string, seen: Set<string>): readonly string[] {
  const real = realpathSync(folder)
  if (seen.has(real)) return []
  seen.add(real)
  return entriesOf(folder).flatMap((name) => {
    const path = join(folder, name)
    const kind = kindOf(path)
    if (kind?.isDirectory())
      return LEFT_OUT.includes(name) || name.startsWith('.') ? [] : filesBelow(path, seen)
    return kind?.isFile() && EXTENSIONS.includes(extname(name)) ? [path] : []
  })
}

/** Follows links; undefined for one that leads nowhere, or round and round. */
function kindOf(path: string): Stats | undefined {
  try {
    return statSync(path)
  } catch {
    return undefined
  }
}

function entriesOf(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CliError('usage', `The folder ${folder} cannot be read: ${code}.`, { cause })
  }
}
