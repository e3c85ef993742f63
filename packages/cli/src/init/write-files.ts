/**
 * Writing files into a project without ever overwriting one silently.
 *
 *  1. A file that is there and differs is overwritten after a yes, or with `force`; otherwise it is kept.
 *  2. Where nobody can be asked, such a file is an error, and nothing at all is written.
 *  3. All questions come before anything is written, so that Ctrl-C leaves the project as it was.
 *  4. A link or a folder in the place of a file is an error, also with `force`.
 *
 * @module
 */
import { lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { CliError } from '../failure.ts'
import type { PlannedFile } from './planned-files.ts'

/** What was done about a file. */
export interface WrittenFile {
  readonly file: string
  readonly result: 'written' | 'overwritten' | 'unchanged' | 'kept'
}

/** How to decide about files that are there and differ. */
export interface Overwriting {
  readonly force: boolean
  /** Asks at a terminal; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<string>) | undefined
}

/** @throws {CliError} `usage`. */
export async function writeFiles(
  folder: string,
  planned: readonly PlannedFile[],
  { force, ask }: Overwriting,
): Promise<readonly WrittenFile[]> {
  const differing = planned.filter((file) => stateOf(folder, file) === 'differs')
  if (differing.length > 0 && !force && ask === undefined) {
    const paths = differing.map(({ path }) => path)
    throw new CliError(
      'usage',
      `${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} there already, with other content. Nothing was written. With --force they are overwritten; at a terminal you are asked for each.`,
    )
  }
  const overwritten = new Set<PlannedFile>()
  for (const file of differing) if (force || (await isYes(file, ask))) overwritten.add(file)
  return planned.map((file) => {
    const state = stateOf(folder, file)
    if (state === 'same') return { file: file.path, result: 'unchanged' }
    if (state === 'differs' && !overwritten.has(file)) return { file: file.path, result: 'kept' }
    write(join(folder, file.path), file.text, state === 'missing')
    return { file: file.path, result: state === 'missing' ? 'written' : 'overwritten' }
  })
}

function stateOf(folder: string, { path, text }: PlannedFile): 'missing' | 'same' | 'differs' {
  const stats = lstatSync(join(folder, path), { throwIfNoEntry: false })
  if (stats === undefined) return 'missing'
  if (!stats.isFile())
    throw new CliError('usage', `${path} is not a plain file: move it away. Nothing was written.`)
  return readFileSync(join(folder, path), 'utf8') === text ? 'same' : 'differs'
}

async function isYes({ path }: PlannedFile, ask: Overwriting['ask']): Promise<boolean> {
  const answer = (await ask?.(`${path} is there already, with other content. Overwrite it? [y/N] `)) ?? ''
  return /^y(es)?$/i.test(answer.trim())
}

function write(path: string, text: string, isNew: boolean): void {
  try {
    mkdirSync(dirname(path), { recursive: true })
    // A file that somebody else has made meanwhile is not ours to overwrite.
    writeFileSync(path, text, { flag: isNew ? 'wx' : 'w' })
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new CliError('usage', `${path} can't be written: ${code}.`, { cause })
  }
}
