/**
 * The journal: state in a folder.
 *
 * Promises:
 *  1. What {@link Journal.append} returned from is on disk: it survives `kill -9` and a power cut.
 *  2. The changes of one append are kept all or not at all.
 *  3. A folder has one owner at a time.
 *  4. A file that something else has changed or shortened is refused, with the first line that is wrong or missing.
 *
 * The file is a line per append, after a line that says what it is: a checksum, a space, JSON. The checksum
 * is of the line before and this one (`chain.ts`). The file is rewritten without its past, to a temporary
 * file that is then renamed, when it is opened. What was being written when a process died is an unfinished
 * last line, and is dropped: no call has returned for it. How many lines calls have returned for is noted in a
 * file beside it (`acknowledged.ts`).
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
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
import { LocalAppConfigError } from '../errors.ts'
import { isObject } from '../resources/members.ts'
import { ACKNOWLEDGED_FILE, type Acknowledged, type Note, openNote, readNote } from './acknowledged.ts'
import { type Chain, createChain } from './chain.ts'
import { lockFolder } from './lock.ts'
import type { Change } from './table.ts'

const HEADER = { format: 'appconfig-kit-local', version: 2 }

/** The file that keeps the state of a local AppConfig. */
export interface Journal {
  /** The changes kept before, without superseded ones. */
  readonly kept: readonly Change[]
  /** What was repaired in the file, as a sentence. */
  readonly repaired: string | undefined
  /** Keeps the changes of one operation. */
  append(changes: readonly Change[]): void
  /** Releases the folder. */
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
    const { changes, unfinished } = readChanges(file, readNote(directory))
    const kept = newestOf(changes)
    const chain = createChain()
    const id = randomUUID()
    const descriptor = rewrite(directory, file, [{ ...HEADER, id }, ...kept.map((change) => [change])], chain)
    const acknowledged = openNote(directory, id, kept.length)
    const repaired = unfinished
      ? `The state in ${file} ended in an unfinished line, which was dropped: a process was ended while it wrote it.`
      : undefined
    return { kept, repaired, ...appender({ descriptor, chain, acknowledged, lines: kept.length, unlock }) }
  } catch (error) {
    unlock()
    throw error
  }
}

interface OpenJournal {
  readonly descriptor: number
  readonly chain: Chain
  readonly acknowledged: Acknowledged
  /** The lines after the first. */
  readonly lines: number
  readonly unlock: () => void
}

function appender(journal: OpenJournal): Omit<Journal, 'kept' | 'repaired'> {
  const { descriptor, chain, acknowledged, unlock } = journal
  let { lines } = journal
  let { size: length } = fstatSync(descriptor)
  let closed = false
  return {
    append(changes) {
      if (closed) throw new LocalAppConfigError('CLOSED', 'The local AppConfig was closed; start another.')
      const { line, keep } = chain.link(JSON.stringify(changes))
      try {
        length += writeAll(descriptor, `${line}\n`)
        fdatasyncSync(descriptor)
        keep()
        lines += 1
      } catch (error) {
        // Half a line in the middle would make all that follows unreadable.
        ftruncateSync(descriptor, length)
        throw error
      }
      acknowledged.write(lines)
    },
    close() {
      if (closed) return
      closed = true
      closeSync(descriptor)
      acknowledged.close()
      unlock()
    },
  }
}

/** The newest entity of every key, in the order in which the keys first came. */
function newestOf(changes: readonly Change[]): Change[] {
  const newest = new Map<string, Change>()
  for (const change of changes) {
    const key = `${change.table}\n${change.key}`
    if (change.entity === undefined) newest.delete(key)
    else newest.set(key, change)
  }
  return [...newest.values()]
}

interface Read {
  readonly changes: readonly Change[]
  /** Whether the last line was not finished. */
  readonly unfinished: boolean
}

function readChanges(file: string, note: Note | undefined): Read {
  const text = readIfThere(file)
  if (text === undefined) {
    if (note === undefined) return { changes: [], unfinished: false }
    throw unreadable(file, `it is gone, and the file ${ACKNOWLEDGED_FILE} says that there was one`)
  }
  const [header = '', ...lines] = text.split('\n')
  // What follows the last line end was never finished; after a finished line it is empty.
  const rest = lines.pop()
  if (rest === undefined) throw unreadable(file, 'its first line is missing or not finished')
  const chain = createChain()
  const { id } = refuseOtherFormat(file, payloadOf(chain, header) ?? header)
  const changes = lines.flatMap((line, index) => {
    const payload = payloadOf(chain, line)
    if (payload === undefined) {
      const number = index + 2
      throw unreadable(
        file,
        `line ${number} was changed, or a line before it is missing (its checksum is wrong). Without line ${number} and all after it, and without the file ${ACKNOWLEDGED_FILE}, it can be read again`,
      )
    }
    return JSON.parse(payload) as Change[]
  })
  if (note !== undefined && note.id === id && note.lines > lines.length) {
    throw unreadable(
      file,
      `it has ${lines.length + 1} lines, and ${note.lines + 1} were acknowledged: its end is missing. Without the file ${ACKNOWLEDGED_FILE} it is read as it is`,
    )
  }
  return { changes, unfinished: rest !== '' }
}

/** The JSON of a line that follows in the chain; `undefined` where it does not. */
function payloadOf(chain: Chain, line: string): string | undefined {
  const payload = line.slice(line.indexOf(' ') + 1)
  const link = chain.link(payload)
  if (link.line !== line) return undefined
  link.keep()
  return payload
}

function refuseOtherFormat(file: string, line: string): Readonly<Record<string, unknown>> {
  const header = headerOf(line)
  const { format, version } = header
  if (format === HEADER.format && version === HEADER.version) return header
  const what =
    format === undefined
      ? 'its first line does not say what it is'
      : `it says '${format}' version ${version}, not '${HEADER.format}' version ${HEADER.version}`
  throw unreadable(file, what)
}

function headerOf(line: string): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(line)
    return isObject(header) ? header : {}
  } catch {
    return {}
  }
}

function rewrite(directory: string, file: string, contents: readonly unknown[], chain: Chain): number {
  const temporary = `${file}.tmp`
  const lines = contents.map((content) => {
    const { line, keep } = chain.link(JSON.stringify(content))
    keep()
    return line
  })
  writeFileSync(temporary, `${lines.join('\n')}\n`, { mode: 0o600, flush: true })
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

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    if (isObject(cause) && cause['code'] === 'ENOENT') return undefined
    throw unreadable(file, String(cause), cause)
  }
}

function unreadable(file: string, what: string, cause?: unknown): LocalAppConfigError {
  const message = `The state in ${file} cannot be read: ${what}. Restore it from a copy, or start with another directory.`
  return new LocalAppConfigError('STATE_UNREADABLE', message, { cause })
}
