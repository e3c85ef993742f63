/**
 * The parts of a document that is being polled.
 *
 * @module
 */
import { isConnectionLost } from '../sources/connection-lost.ts'
import type { PollResult, Session, SessionOptions } from '../sources/source.ts'
import type { DocumentOptions, DocumentPorts } from './document-ports.ts'
import type { Restoring } from './restoring.ts'
import type { Lane, Task } from './scheduler.ts'

/** What a document has while it is polled. */
export interface Awake {
  readonly session: Session
  readonly task: Task
  /** Aborts the poll under way. */
  abort: AbortController | undefined
  /** Aborts the reading of a large content. Not with the poll: a session gives a content once. */
  reading: AbortController | undefined
  readonly restoring: Restoring | undefined
}

/** What a session asks its document, and tells it. */
export interface SessionCallbacks extends Pick<SessionOptions, 'hint' | 'report'> {
  readonly lane: () => Lane
}

/** Opens a session. */
export function openSession<Document>(
  { id, pollIntervalSeconds }: DocumentOptions,
  { source, scheduler, missingRecheckSeconds, maxDocumentBytes, clock, random }: DocumentPorts<Document>,
  { lane, hint, report }: SessionCallbacks,
): Session {
  return source.open(id, {
    pollIntervalSeconds,
    missingRecheckSeconds,
    maxDocumentBytes,
    clock,
    random,
    reopeningDelayMs: () => scheduler.reopeningDelayMs(lane()),
    hint,
    report,
  })
}

/**
 * Polls a session. Where only requests begin polls, a second time if the connection was gone: the process may have stood
 * still since the call before, and what it holds may be of yesterday.
 */
export async function pollSession<Document>(
  session: Session,
  signal: AbortSignal,
  { refresh }: DocumentPorts<Document>,
): Promise<PollResult> {
  try {
    return await session.poll(signal)
  } catch (error) {
    if (refresh === 'interval' || !isConnectionLost(error)) throw error
    return session.poll(signal)
  }
}
