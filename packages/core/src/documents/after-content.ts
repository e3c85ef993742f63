/**
 * From a content to the state of its document.
 *
 * @module
 */
import type { DocumentError } from '../errors.ts'
import type { Awake } from './awake.ts'
import type { DocumentOptions } from './document-ports.ts'
import { type DocumentState, withContent, withUnreadable } from './document-state.ts'
import { type ReadableContent, type ReadVersionPorts, readVersionInTurns } from './read-version.ts'
import type { Version } from './version.ts'

/** What was read of a content, or why it can't be used. */
export type ReadContent = Version | DocumentError

/** A state and, where the content could not be read, why. */
export interface StateAfterContent {
  readonly state: DocumentState
  readonly error: DocumentError | undefined
}

/** Reads a content: a small one at once. A promise rejects only if `awake.reading` is aborted. */
export function readContent(
  awake: Awake,
  content: ReadableContent,
  current: Version | undefined,
  options: DocumentOptions,
  ports: ReadVersionPorts,
): ReadContent | Promise<ReadContent> {
  const abort = new AbortController()
  try {
    const reading = readVersionInTurns(content, current, options, ports, abort.signal)
    if (!('then' in reading)) return reading
    awake.reading = abort
    return readInTurns(awake, reading, abort.signal)
  } catch (error) {
    return error as DocumentError
  }
}

async function readInTurns(
  awake: Awake,
  reading: Promise<Version>,
  signal: AbortSignal,
): Promise<ReadContent> {
  try {
    return await reading
  } catch (error) {
    signal.throwIfAborted()
    return error as DocumentError
  } finally {
    awake.reading = undefined
  }
}

/** The state after the source has answered with a content. */
export function afterContent(read: ReadContent, state: DocumentState, nowMs: number): StateAfterContent {
  if ('code' in read) return { state: withUnreadable(state, read, nowMs), error: read }
  return { state: withContent(state, read, nowMs), error: undefined }
}
