/**
 * The parts of a document that is being polled.
 *
 * @module
 */
import type { Session, SessionOptions } from '../sources/source.ts'
import type { DocumentOptions, DocumentPorts } from './document-ports.ts'
import type { Restoring } from './restoring.ts'
import type { Lane, Task } from './scheduler.ts'

/** What a document has while it is polled. */
export interface Awake {
  readonly session: Session
  readonly task: Task
  /** Aborts the poll under way. */
  abort: AbortController | undefined
  readonly restoring: Restoring | undefined
}

/** What a session asks its document, and tells it. */
export interface SessionCallbacks extends Pick<SessionOptions, 'hint' | 'report'> {
  readonly lane: () => Lane
}

/** Opens a session. */
export function openSession<Document>(
  { id, pollIntervalSeconds }: DocumentOptions,
  { source, scheduler, missingRecheckSeconds, clock, random }: DocumentPorts<Document>,
  { lane, hint, report }: SessionCallbacks,
): Session {
  return source.open(id, {
    pollIntervalSeconds,
    missingRecheckSeconds,
    clock,
    random,
    reopeningDelayMs: () => scheduler.reopeningDelayMs(lane()),
    hint,
    report,
  })
}
