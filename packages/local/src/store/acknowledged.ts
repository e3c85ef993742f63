/**
 * How many lines of a journal were acknowledged: a note in a file beside it.
 *
 * The chain of checksums can't tell a journal that lost its last lines from one that never had them. The note
 * can. It is written over in place after each append and not flushed by itself: it survives the end of the
 * process, and after a power cut it may be older than the journal, never newer.
 *
 * @module
 */
import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { isObject } from '../resources/members.ts'

/** The name of the file. */
export const ACKNOWLEDGED_FILE = 'state.acknowledged'

/** Every note fills it, so that none leaves the end of a longer one behind. */
const NOTE_BYTES = 96

/** The lines of a journal after its first that were acknowledged. */
export interface Note {
  /** The journal's: a note of an earlier file says nothing about this one. */
  readonly id: string
  readonly lines: number
}

/** Keeps the note of a journal that is open. */
export interface Acknowledged {
  write(lines: number): void
  close(): void
}

/** The note in a folder; undefined where there is none that can be read. */
export function readNote(directory: string): Note | undefined {
  try {
    const note: unknown = JSON.parse(readFileSync(join(directory, ACKNOWLEDGED_FILE), 'utf8'))
    if (!isObject(note)) return undefined
    const { id, lines } = note
    return typeof id === 'string' && typeof lines === 'number' ? { id, lines } : undefined
  } catch {
    return undefined
  }
}

/** Begins the note of a journal. */
export function openNote(directory: string, id: string, lines: number): Acknowledged {
  const file = join(directory, ACKNOWLEDGED_FILE)
  rmSync(file, { force: true })
  const descriptor = openSync(file, 'w', 0o600)
  function write(acknowledged: number): void {
    const note: Note = { id, lines: acknowledged }
    writeSync(descriptor, JSON.stringify(note).padEnd(NOTE_BYTES), 0)
  }
  write(lines)
  return { write, close: () => closeSync(descriptor) }
}
