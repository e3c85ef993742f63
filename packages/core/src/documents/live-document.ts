/**
 * One document, kept up to date: its current content, and the one good before it.
 *
 * What callers may rely on:
 *  1. A failed poll or an unreadable content never takes away what is held.
 *  2. `previous` is the newest content before `current` that composed into something valid, so a
 *     row of bad deployments does not push out the last good one.
 *  3. "There is no such document" is a state of its own, apart from "nobody could tell".
 *
 * @module
 */
import { createHash } from 'node:crypto'
import type { Clock } from '../clock.ts'
import { type AppConfigError, DocumentError, isAppConfigError, messageOf, SourceError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import {
  type DocumentId,
  documentKey,
  documentName,
  type PollResult,
  type Session,
  type Source,
} from '../sources/source.ts'
import { type DocumentHealth, type Generation, versionOf } from './generation.ts'
import type { GenerationPool } from './generation-pool.ts'
import { loadParser, parseDocument } from './parse-document.ts'
import type { Lane, Scheduler, Task } from './scheduler.ts'

export interface LiveDocument {
  readonly id: DocumentId
  readonly key: string
  readonly current: Generation | undefined
  readonly previous: Generation | undefined
  /** The source says that it does not exist. */
  readonly absent: boolean
  /** Asking for it fails at present. */
  readonly failing: boolean
  readonly lastError: AppConfigError | undefined
  /** When this document, if nobody has managed to ask by then, counts as cold: the process was frozen. */
  readonly overdueAtMs: number
  /** When it will next be asked for. */
  readonly dueAtMs: number
  lane: Lane
  /** Resolves when there is an answer, or when there will be none soon. Never rejects. */
  settle(): Promise<void>
  /** Whether the source has answered, or failed to, since the document was last woken. */
  readonly settled: boolean
  /** A part of this process found the current generation unfit. */
  refuse(error: AppConfigError): void
  wake(): void
  /** Stops asking; keeps what it holds. */
  sleep(): void
  health(): DocumentHealth
}

export interface LiveDocumentOptions {
  readonly id: DocumentId
  readonly pollIntervalSeconds: number | undefined
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly source: Source
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly random: () => number
  readonly emitter: Emitter
  readonly pool: GenerationPool
  /** Called after `current` or `absent` has changed. */
  readonly onChange: () => void
}

const DEFAULT_INTERVAL_MS = 60_000
/** Until the first content there is nothing to serve: ask soon again. */
const FIRST_RETRY_MS = 1000
const LONGEST_FIRST_RETRY_MS = 60_000
const LONGEST_BACKOFF_MS = 600_000
/** Frozen, not just busy. */
const LEAST_OVERDUE_MS = 30_000

let generations = 0

export function createLiveDocument(options: LiveDocumentOptions, firstLane: Lane): LiveDocument {
  const { id, source, scheduler, clock, random, emitter } = options
  let lane = firstLane
  let current: Generation | undefined
  let previous: Generation | undefined
  let absent = false
  let settled = false
  let checkedAtMs: number | undefined
  let intervalMs =
    options.pollIntervalSeconds === undefined ? DEFAULT_INTERVAL_MS : options.pollIntervalSeconds * 1000
  let failures = 0
  let rejected = false
  let lastError: { readonly error: AppConfigError; readonly atMs: number } | undefined
  let awake: { readonly session: Session; readonly task: Task; readonly abort: AbortController } | undefined

  function wake(): void {
    if (awake) return
    settled = false
    const abort = new AbortController()
    const session = source.open(id, {
      pollIntervalSeconds: options.pollIntervalSeconds,
      missingRecheckSeconds: options.missingRecheckSeconds,
      clock,
      random,
      permitReopening: () => scheduler.permitReopening(lane),
      hint: () => task.runAgain(),
      report: tell,
    })
    const task = scheduler.add(lane, () => pollOnce(session, abort.signal))
    awake = { session, task, abort }
  }

  async function pollOnce(session: Session, signal: AbortSignal): Promise<number> {
    try {
      const result = await session.poll(signal)
      const loading = result.kind === 'content' && loadParser(result)
      if (loading) await loading
      // Put to sleep meanwhile: this answer is of a session that is no more.
      if (signal.aborted) return intervalMs
      settled = true
      checkedAtMs = clock.now()
      return take(result)
    } catch (error) {
      if (signal.aborted) return intervalMs
      settled = true
      return fail(error)
    }
  }

  function take(result: PollResult): number {
    if (result.kind !== 'absent') intervalMs = result.nextPollMs
    if (result.kind === 'content') receive(result)
    else if (result.kind === 'absent' && !absent) {
      absent = true
      options.onChange()
      if (current !== undefined) emitter.emit('change', { document: id, version: undefined })
    }
    if (failures > 0) {
      failures = 0
      emitter.emit('recovered', { document: id })
    }
    return result.nextPollMs
  }

  function receive({ body, contentType, versionLabel }: Extract<PollResult, { kind: 'content' }>): void {
    const revision = createHash('sha256').update(body).digest('hex').slice(0, 12)
    const recovers = rejected
    if (current?.revision === revision && current.versionLabel === versionLabel) {
      // A reopened session brings what we hold; or a bad deployment was rolled back to it.
      rejected = false
      if (absent) {
        absent = false
        options.onChange()
      }
    } else {
      let next: Generation
      try {
        next = options.pool.share(id, { revision, versionLabel }, () => ({
          id: ++generations,
          value: parseDocument({ body, contentType }, options.maxDocumentBytes),
          versionLabel,
          revision,
          receivedAtMs: clock.now(),
          composed: false,
        }))
      } catch (error) {
        const named = withName(error as DocumentError)
        refuse(named)
        emitter.emit('rejected', { document: id, error: named })
        return
      }
      if (current?.composed) previous = current
      current = next
      absent = false
      rejected = false
      options.onChange()
      emitter.emit('change', { document: id, version: versionOf(current) })
    }
    // `onChange` may have refused it again, on behalf of a tenant.
    if (recovers && !rejected) emitter.emit('recovered', { document: id })
  }

  function fail(cause: unknown): number {
    const error = isAppConfigError(cause)
      ? cause
      : new SourceError(
          'SOURCE_FAILED',
          `${documentName(id)}: the source "${source.name}" failed: ${messageOf(cause)}`,
          { cause },
        )
    failures++
    tell(error)
    if (failures === 1 && current) emitter.emit('stale', { document: id, sinceMs: clock.now() })
    return backoffMs()
  }

  function tell(error: AppConfigError): void {
    lastError = { error, atMs: clock.now() }
    emitter.emit('failure', { document: id, error })
  }

  function backoffMs(): number {
    const isCold = current === undefined && !absent
    const firstMs = isCold ? Math.min(FIRST_RETRY_MS, intervalMs) : intervalMs
    const longestMs = Math.max(isCold ? LONGEST_FIRST_RETRY_MS : LONGEST_BACKOFF_MS, firstMs)
    return Math.min(firstMs * 2 ** (failures - 1), longestMs) * (1 + random() / 2)
  }

  function overdueAtMs(): number {
    if (!settled || !awake) return Number.NEGATIVE_INFINITY
    return awake.task.dueAtMs + Math.max(intervalMs, LEAST_OVERDUE_MS)
  }

  function refuse(error: AppConfigError): void {
    rejected = true
    lastError = { error, atMs: clock.now() }
  }

  function withName(error: DocumentError): DocumentError {
    return new DocumentError(error.code, `${documentName(id)}: ${error.message.replace(/^\S+ \S+: /, '')}`, {
      cause: error,
    })
  }

  function status(): DocumentHealth['status'] {
    if (failures > 0) return current ? 'stale' : 'failed'
    if (rejected) return 'rejected'
    if (absent) return 'absent'
    return current ? 'ok' : 'loading'
  }

  return {
    id,
    key: documentKey(id),
    get current() {
      return current
    },
    get previous() {
      return previous
    },
    get absent() {
      return absent
    },
    get failing() {
      return failures > 0
    },
    get lastError() {
      return lastError?.error
    },
    get settled() {
      return settled
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
    wake,
    sleep() {
      awake?.task.cancel()
      awake?.abort.abort()
      awake?.session.close?.()
      awake = undefined
      settled = false
    },
    health: () => ({
      ...id,
      status: status(),
      version: current && versionOf(current),
      checkedAtMs,
      lastError: lastError && {
        code: lastError.error.code,
        message: lastError.error.message,
        atMs: lastError.atMs,
      },
    }),
  }
}
