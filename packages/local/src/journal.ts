/**
 * Keeps state in a folder.
 *
 * Promises:
 *  1. What {@link Journal.append} returned from is on disk: it survives `kill -9` and a power cut.
 *  2. The changes of one append are kept all or not at all.
 *  3. A folder has one owner at a time.
 *
 * The file is a line of JSON per append, after a line that says what it is. It is rewritten without
 * its past, to a temporary file that is then renamed, when it is opened. What was being written
 * when a process died is an unfinished last line, and is dropped: nobody was told of it.
 *
 * @module
 */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { LocalAppConfigError } from './errors.ts'
import { lockFolder } from './lock.ts'
import { isObject } from './members.ts'
import type { Change } from './table.ts'

const HEADER = { format: 'appconfig-kit-local', version: 1 }

export interface Journal {
  /** What was kept before, without what it superseded. */
  readonly kept: readonly Change[]
  /** Keeps the changes of one operation. */
  append(changes: readonly Change[]): void
  /** Gives the folder free. */
  close(): void
}

/**
 * Opens the journal of a folder, which is created if it is missing.
 *
 * @throws {LocalAppConfigError} `STATE_IN_USE`, `STATE_UNREADABLE`.
 */
export function openJournal(directory: string): Journal {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const unlock = lockFolder(directory)
  const file = join(directory, 'state.jsonl')
  try {
    const kept = readKept(file)
    const descriptor = rewrite(directory, file, kept)
    return { kept, ...appender(descriptor, unlock) }
  } catch (error) {
    unlock()
    throw error
  }
}

function appender(descriptor: number, unlock: () => void): Omit<Journal, 'kept'> {
  let { size: length } = fstatSync(descriptor)
  let closed = false
  return {
    append(changes) {
      if (closed) throw new LocalAppConfigError('CLOSED', 'The local AppConfig was closed; start another.')
      try {
        length += writeAll(descriptor, `${JSON.stringify(changes)}\n`)
        fdatasyncSync(descriptor)
      } catch (error) {
        // Half a line in the middle would make all that follows unreadable.
        ftruncateSync(descriptor, length)
        throw error
      }
    },
    close() {
      if (closed) return
      closed = true
      closeSync(descriptor)
      unlock()
    },
  }
}

/** The newest entity of every key, in the order in which the keys first came. */
function readKept(file: string): Change[] {
  const newest = new Map<string, Change>()
  for (const change of readLines(file).flat()) {
    const key = `${change.table}\n${change.key}`
    if (change.entity === undefined) newest.delete(key)
    else newest.set(key, change)
  }
  return [...newest.values()]
}

function readLines(file: string): Change[][] {
  const [header, ...lines] = readIfThere(file).split('\n')
  // What follows the last line end was never finished; after a finished line it is empty.
  lines.pop()
  if (header === undefined || header === '') return []
  const { format, version } = asObject(parseLine(file, 1, header))
  if (format !== HEADER.format || version !== HEADER.version) {
    throw unreadable(
      file,
      `it says '${format}' version ${version}, not '${HEADER.format}' version ${HEADER.version}`,
    )
  }
  return lines.map((line, index) => parseLine(file, index + 2, line) as Change[])
}

function rewrite(directory: string, file: string, kept: readonly Change[]): number {
  const temporary = `${file}.tmp`
  const lines = [JSON.stringify(HEADER), ...kept.map((change) => JSON.stringify([change])), '']
  writeFileSync(temporary, lines.join('\n'), { mode: 0o600, flush: true })
  renameSync(temporary, file)
  syncFolder(directory)
  return openSync(file, 'a')
}

/** Makes a rename durable. Not every platform can, and none loses more than the rename without it. */
function syncFolder(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r')
    fsyncSync(descriptor)
    closeSync(descriptor)
  } catch {}
}

function writeAll(descriptor: number, text: string): number {
  const bytes = Buffer.from(text)
  let written = 0
  while (written < bytes.byteLength) written += writeSync(descriptor, bytes, written)
  return written
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (isObject(cause) && cause['code'] === 'ENOENT') return ''
    throw unreadable(file, String(cause), cause)
  }
}

function parseLine(file: string, number: number, line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (cause) {
    throw unreadable(file, `line ${number} is not JSON`, cause)
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {}
}

function unreadable(file: string, what: string, cause?: unknown): LocalAppConfigError {
  const message = `The state in ${file} cannot be read: ${what}. Mend it, or start with another directory.`
  return new LocalAppConfigError('STATE_UNREADABLE', message, { cause })
}
