/**
 * One document, kept up to date: asks its source when it is due and keeps what came of it.
 *
 * What a document is, is decided in `document-state.ts`; when it is asked for, by the scheduler. Here is what
 * connects them: a session, the interval to the next poll, and the events.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import {
  type AppConfigError,
  type DocumentError,
  isAppConfigError,
  messageOf,
  SourceError,
} from '../errors.ts'
import type { Emitter } from '../events.ts'
import { loadParser } from '../reading/read-document.ts'
import {
  type DocumentId,
  documentKey,
  documentName,
  type PollResult,
  type Session,
  type Source,
} from '../sources/source.ts'
import {
  type DocumentState,
  isAbsent,
  NOTHING_HELD,
  statusOf,
  withAbsence,
  withApproval,
  withContent,
  withFailure,
  withoutNews,
  withRefusal,
  withUnreadable,
} from './document-state.ts'
import { readVersion } from './read-version.ts'
import type { Lane, Scheduler, Task } from './scheduler.ts'
import { type DocumentHealth, describeVersion, type Version } from './version.ts'
import type { VersionPool } from './version-pool.ts'

export interface LiveDocument {
  readonly id: DocumentId
  readonly key: string
  readonly state: DocumentState
  /** Whether some layer can't do without it. */
  isRequired: boolean
  /** When this document counts as cold unless it was asked for by then: the process was suspended. */
  readonly overdueAtMs: number
  /** When it will next be asked for. */
  readonly dueAtMs: number
  lane: Lane
  /** Resolves when there is an answer, or when there will be none soon. Never rejects. */
  settle(): Promise<void>
  /**
   * The current content was found unfit.
   *
   * @param tenant for whom, where it was found out by composing a tenant's configuration.
   */
  refuse(error: AppConfigError, tenant?: string): void
  /** All who use the document have looked at its current content, and nobody finds it unfit. */
  approve(): void
  wake(): void
  /** Stops asking; keeps what it holds. */
  sleep(): void
  health(): DocumentHealth
}

/** What a document needs of its client. */
export interface DocumentPorts {
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly source: Source
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly random: () => number
  readonly emitter: Emitter
}

export interface DocumentOptions extends DocumentPorts {
  readonly id: DocumentId
  readonly pollIntervalSeconds: number | undefined
  /** `object`: a content that is no object is rejected. */
  readonly content: 'object' | 'any'
  readonly pool: VersionPool
  /** Called after what may be served of the document has changed. */
  readonly onChange: () => void
}

const DEFAULT_INTERVAL_MS = 60_000
/** Whatever a server or a source of the user's answers: no more than one ask a second, at least one a day. */
const SHORTEST_INTERVAL_MS = 1000
const LONGEST_INTERVAL_MS = 86_400_000
/** Until the first content there is nothing to serve: ask soon again. */
const FIRST_RETRY_MS = 1000
const LONGEST_FIRST_RETRY_MS = 60_000
const LONGEST_BACKOFF_MS = 600_000
/** Suspended, not just busy. */
const LEAST_OVERDUE_MS = 30_000

export function createDocument(options: DocumentOptions, firstLane: Lane): LiveDocument {
  const { id, source, scheduler, clock, emitter } = options
  let lane = firstLane
  let state = NOTHING_HELD
  let isSettled = false
  let intervalMs =
    options.pollIntervalSeconds === undefined ? DEFAULT_INTERVAL_MS : options.pollIntervalSeconds * 1000
  let awake: { readonly session: Session; readonly task: Task; readonly abort: AbortController } | undefined

  function wake(): void {
    if (awake) return
    isSettled = false
    const abort = new AbortController()
    const session = source.open(id, {
      pollIntervalSeconds: options.pollIntervalSeconds,
      missingRecheckSeconds: options.missingRecheckSeconds,
      clock,
      random: options.random,
      reopeningDelayMs: () => scheduler.reopeningDelayMs(lane),
      hint: () => task.runAgain(),
      report: (error) => {
        if (!abort.signal.aborted) report(error)
      },
    })
    const task = scheduler.add(lane, () => pollOnce(session, abort.signal))
    awake = { session, task, abort }
  }

  /** @returns the delay to the next poll. */
  async function pollOnce(session: Session, signal: AbortSignal): Promise<number> {
    try {
      const result = await session.poll(signal)
      const loading = result.kind === 'content' && loadParser(result)
      if (loading) await loading
      // Put to sleep meanwhile: this answer is of a session that is no more.
      if (signal.aborted) return intervalMs
      return take(result)
    } catch (error) {
      if (signal.aborted) return intervalMs
      return fail(error)
    }
  }

  function take(result: PollResult): number {
    const nextPollMs = boundedMs(result.nextPollMs, intervalMs)
    if (result.kind === 'postponed') return nextPollMs
    isSettled = true
    if (result.kind === 'absent') {
      move(withAbsence(state, clock.now()))
      // What was served is looked for again soon: a single 404 may be a mistake.
      return state.current ? Math.min(nextPollMs, intervalMs) : nextPollMs
    }
    intervalMs = boundedMs(result.intervalMs ?? result.nextPollMs, intervalMs)
    if (result.kind === 'unchanged') move(withoutNews(state, clock.now()))
    else receive(result)
    return nextPollMs
  }

  function receive(content: Extract<PollResult, { kind: 'content' }>): void {
    let version: Version
    try {
      version = readVersion(content, state.current, options)
    } catch (error) {
      const unreadable = error as DocumentError
      move(withUnreadable(state, unreadable, clock.now()))
      emitter.emit('rejected', { document: id, error: unreadable })
      return
    }
    move(withContent(state, version, clock.now()))
  }

  function fail(cause: unknown): number {
    isSettled = true
    const error = isAppConfigError(cause)
      ? cause
      : new SourceError(
          'SOURCE_FAILED',
          `${documentName(id)}: the source "${source.name}" failed: ${messageOf(cause)}`,
          { cause },
        )
    emitter.emit('failure', { document: id, error })
    move(withFailure(state, error, clock.now()))
    return backoffMs(state, intervalMs) * (1 + options.random() / 2)
  }

  function report(error: AppConfigError): void {
    state = { ...state, lastError: { error, atMs: clock.now() } }
    emitter.emit('failure', { document: id, error })
  }

  function refuse(error: AppConfigError, tenant?: string): void {
    const before = state
    state = withRefusal(state, error, clock.now())
    if (state === before) return
    emitter.emit('rejected', { document: id, error, ...(tenant !== undefined && { tenant }) })
  }

  /** Takes over a state, and tells what has changed by it. */
  function move(next: DocumentState): void {
    const before = state
    state = next
    if (before.failures > 0 && next.failures === 0) emitter.emit('recovered', { document: id })
    if (before.failures === 0 && next.failures > 0 && next.current)
      emitter.emit('stale', { document: id, sinceMs: clock.now() })
    const isNewContent = next.current !== before.current
    if (isNewContent || isAbsent(next) !== isAbsent(before) || (next.isUnjudged && !before.isUnjudged))
      options.onChange()
    if (isNewContent || (before.current && isAbsent(next) !== isAbsent(before)))
      emitter.emit('change', {
        document: id,
        version: next.current && !isAbsent(next) ? describeVersion(next.current) : undefined,
      })
  }

  function overdueAtMs(): number {
    if (!isSettled || !awake) return Number.NEGATIVE_INFINITY
    return awake.task.dueAtMs + Math.max(intervalMs, LEAST_OVERDUE_MS)
  }

  return {
    id,
    key: documentKey(id),
    isRequired: false,
    get state() {
      return state
    },
    get dueAtMs() {
      return awake?.task.dueAtMs ?? Number.NEGATIVE_INFINITY
    },
    get overdueAtMs() {
      return overdueAtMs()
    },
    get lane() {
      return lane
    },
    set lane(to) {
      lane = to
      if (awake) awake.task.lane = to
    },
    async settle() {
      if (clock.now() >= overdueAtMs()) await awake?.task.runNow()
    },
    refuse,
    approve() {
      const wasRejected = state.refusals.length > 0
      state = withApproval(state)
      if (wasRejected && state.refusals.length === 0) emitter.emit('recovered', { document: id })
    },
    wake,
    sleep() {
      awake?.task.cancel()
      awake?.abort.abort()
      awake?.session.close?.()
      awake = undefined
      isSettled = false
    },
    health: () => healthOf(id, state),
  }
}

function boundedMs(ms: number, otherwise: number): number {
  if (!Number.isFinite(ms) || ms <= 0) return otherwise
  return Math.min(Math.max(ms, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS)
}

function backoffMs(state: DocumentState, intervalMs: number): number {
  const isCold = state.current === undefined && !isAbsent(state)
  const firstMs = isCold ? Math.min(FIRST_RETRY_MS, intervalMs) : intervalMs
  const longestMs = Math.max(isCold ? LONGEST_FIRST_RETRY_MS : LONGEST_BACKOFF_MS, firstMs)
  return Math.min(firstMs * 2 ** (state.failures - 1), longestMs)
}

function healthOf(id: DocumentId, state: DocumentState): DocumentHealth {
  const { current, checkedAtMs, lastError } = state
  return {
    ...id,
    status: statusOf(state),
    version: current && describeVersion(current),
    checkedAtMs,
    lastError: lastError && {
      code: lastError.error.code,
      message: lastError.error.message,
      atMs: lastError.atMs,
    },
  }
}
