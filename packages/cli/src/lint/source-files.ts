/**
 * The texts of the source files below folders: flags are used in code, templates, queries and scripts, so
 * every text counts.
 *
 * Installed, built and hidden files are left out, and so are generated types and the documents themselves,
 * which mention every flag. A folder that links lead back to is read once.
 *
 * @module
 */
import { readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join } from 'node:path'
import { readBytes } from '../content-file.ts'
import { CliError } from '../failure.ts'
import { GENERATED_HEADER } from '../types/generated-header.ts'

const LEFT_OUT = ['node_modules', 'dist', 'build', 'coverage']
/** Larger files are data, not source. */
const MOST_BYTES = 4_194_304

/** A text below the folders. */
export interface SourceFile {
  readonly file: string
  readonly text: string
}

/** Which files count as source. */
export interface SourceOptions {
  /** Without a dot; every text file where none are given. */
  readonly extensions?: readonly string[] | undefined
  /** The documents whose flags are looked for. */
  readonly except: readonly string[]
}

/** @throws {CliError} `usage` for what is no folder, or cannot be read. */
export function readSources(
  folders: readonly string[],
  { extensions, except }: SourceOptions,
): readonly SourceFile[] {
  const seen = new Set<string>()
  const documents = new Set(except.filter((file) => kindOf(file)).map((file) => realpathSync(file)))
  return folders
    .flatMap((folder) => {
      if (!kindOf(folder)?.isDirectory()) throw new CliError('usage', `There is no folder ${folder}.`)
      return filesBelow(folder, seen)
    })
    .filter((file) => extensions === undefined || extensions.some((each) => file.endsWith(`.${each}`)))
    .filter((file) => !documents.has(realpathSync(file)))
    .flatMap((file) => textOf(file).map((text) => ({ file, text })))
    .filter(({ text }) => !text.startsWith(GENERATED_HEADER))
}

/** Nothing for what is no text: it holds a zero byte. */
function textOf(file: string): readonly string[] {
  const bytes = readBytes(file)
  return bytes.includes(0) ? [] : [Buffer.from(bytes).toString()]
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
    return kind?.isFile() && kind.size <= MOST_BYTES ? [path] : []
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
