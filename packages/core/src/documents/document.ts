/**
 * One document, kept up to date: it polls its source when it is due, and keeps the result.
 *
 * `document-state.ts` decides what its state is, the scheduler when it is polled. This module connects them:
 * a session, the poll interval, and events.
 *
 * It is a class because there may be one for each of 10,000 tenants: methods are shared, closures are not.
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
import type { Parsed } from '../reading/parsed.ts'
import { prepareReading } from '../reading/read-document.ts'
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
import { backoffMs, boundedMs, DEFAULT_INTERVAL_MS, LEAST_OVERDUE_MS } from './intervals.ts'
import { readVersion } from './read-version.ts'
import type { Lane, Scheduler, Task } from './scheduler.ts'
import { type DocumentHealth, describeVersion, type Version } from './version.ts'
import type { VersionPool } from './version-pool.ts'

/** What the documents of a client share. */
export interface DocumentPorts {
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly source: Source
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly random: () => number
  readonly emitter: Emitter
  readonly pool: VersionPool
  /** Called after what may be served of a document has changed. */
  readonly onChange: (document: LiveDocument) => void
}

/** What one document is, and how it is polled. */
export interface DocumentOptions {
  readonly id: DocumentId
  readonly pollIntervalSeconds: number | undefined
  /** `object`: any other content is rejected. */
  readonly content: 'object' | 'any'
}

/** The parts of a document that is being polled. */
interface Awake {
  readonly session: Session
  readonly task: Task
  /** Aborts the poll under way. */
  abort: AbortController | undefined
}

/** A document that is polled while it is awake. See the module for what it connects. */
export class LiveDocument {
  readonly id: DocumentId
  readonly key: string
  /** Whether some layer requires it. */
  isRequired = false
  readonly #ports: DocumentPorts
  readonly #content: 'object' | 'any'
  readonly #pollIntervalSeconds: number | undefined
  #lane: Lane
  #state: DocumentState = NOTHING_HELD
  /** Whether the source has answered since the document was woken, whatever it said. */
  #isSettled = false
  #intervalMs: number
  #awake: Awake | undefined

  constructor(ports: DocumentPorts, { id, pollIntervalSeconds, content }: DocumentOptions, lane: Lane) {
    this.id = id
    this.key = documentKey(id)
    this.#ports = ports
    this.#content = content
    this.#pollIntervalSeconds = pollIntervalSeconds
    this.#lane = lane
    this.#intervalMs = pollIntervalSeconds === undefined ? DEFAULT_INTERVAL_MS : pollIntervalSeconds * 1000
  }

  get state(): DocumentState {
    return this.#state
  }

  /** When the next poll is due; in the past during a poll and while it waits for its turn. */
  get dueAtMs(): number {
    return this.#awake?.task.dueAtMs ?? Number.NEGATIVE_INFINITY
  }

  /**
   * The deadline of the next poll. Past it the document is treated as cold: the process was probably
   * suspended.
   */
  get overdueAtMs(): number {
    if (!this.#isSettled || !this.#awake) return Number.NEGATIVE_INFINITY
    return this.#awake.task.dueAtMs + Math.max(this.#intervalMs, LEAST_OVERDUE_MS)
  }

  get lane(): Lane {
    return this.#lane
  }

  set lane(lane: Lane) {
    this.#lane = lane
    if (this.#awake) this.#awake.task.lane = lane
  }

  /** Waits for a poll if the document is cold or overdue: until its answer or failure. Never rejects. */
  async settle(): Promise<void> {
    if (this.#ports.clock.now() >= this.overdueAtMs) await this.#awake?.task.runNow()
  }

  /**
   * The current content was refused.
   *
   * @param tenant the tenant id for which it was refused, where composing its configuration found that.
   */
  refuse(error: AppConfigError, tenant?: string): void {
    const before = this.#state
    this.#state = withRefusal(before, error, this.#ports.clock.now())
    if (this.#state === before) return
    this.#ports.emitter.emit('rejected', {
      document: this.id,
      error,
      ...(tenant !== undefined && { tenant }),
    })
  }

  /** All entries that hold the document have accepted its current content. */
  approve(): void {
    const wasRejected = this.#state.refusals.length > 0
    this.#state = withApproval(this.#state)
    if (wasRejected && this.#state.refusals.length === 0)
      this.#ports.emitter.emit('recovered', { document: this.id })
  }

  wake(): void {
    if (this.#awake) return
    this.#isSettled = false
    const { source, scheduler, missingRecheckSeconds, clock, random } = this.#ports
    const session = source.open(this.id, {
      pollIntervalSeconds: this.#pollIntervalSeconds,
      missingRecheckSeconds,
      clock,
      random,
      reopeningDelayMs: () => scheduler.reopeningDelayMs(this.#lane),
      hint: () => awake.task.runAgain(),
      report: (error) => {
        if (this.#awake === awake) this.#report(error)
      },
    })
    const task = scheduler.add(this.#lane, () => this.#poll(awake))
    const awake: Awake = { session, task, abort: undefined }
    this.#awake = awake
  }

  /** Stops polling; the held versions stay. */
  sleep(): void {
    const awake = this.#awake
    this.#awake = undefined
    this.#isSettled = false
    awake?.task.cancel()
    awake?.abort?.abort()
    awake?.session.close?.()
  }

  health(): DocumentHealth {
    const { current, checkedAtMs, lastError } = this.#state
    return {
      ...this.id,
      status: statusOf(this.#state),
      version: current && describeVersion(current),
      checkedAtMs,
      lastError: lastError && {
        code: lastError.error.code,
        message: lastError.error.message,
        atMs: lastError.atMs,
      },
    }
  }

  /** @returns the delay to the next poll. */
  async #poll(awake: Awake): Promise<number> {
    const abort = new AbortController()
    awake.abort = abort
    try {
      const result = await awake.session.poll(abort.signal)
      const preparing = this.#prepare(result, abort.signal)
      const prepared = preparing && (await preparing)
      // The document was put to sleep meanwhile: the answer belongs to a closed session.
      return this.#awake === awake ? this.#receive(result, prepared) : this.#intervalMs
    } catch (error) {
      return this.#awake === awake ? this.#fail(error) : this.#intervalMs
    } finally {
      awake.abort = undefined
    }
  }

  #prepare(result: PollResult, signal: AbortSignal): ReturnType<typeof prepareReading> {
    const { maxDocumentBytes: maxBytes, clock } = this.#ports
    return result.kind === 'content' ? prepareReading(result, { maxBytes }, clock, signal) : undefined
  }

  #receive(result: PollResult, prepared: Parsed | undefined): number {
    const { clock } = this.#ports
    const nextPollMs = boundedMs(result.nextPollMs, this.#intervalMs)
    if (result.kind === 'postponed') return nextPollMs
    this.#isSettled = true
    if (result.kind === 'absent') {
      this.#become(withAbsence(this.#state, clock.now()))
      // A document that was served is polled again soon: a single 404 may be a mistake.
      return this.#state.current ? Math.min(nextPollMs, this.#intervalMs) : nextPollMs
    }
    this.#intervalMs = boundedMs(result.intervalMs ?? result.nextPollMs, this.#intervalMs)
    if (result.kind === 'unchanged') this.#become(withoutNews(this.#state, clock.now()))
    else this.#read(result, prepared)
    return nextPollMs
  }

  #read(content: Extract<PollResult, { kind: 'content' }>, prepared: Parsed | undefined): void {
    const { clock, emitter } = this.#ports
    let version: Version
    try {
      version = readVersion(content, this.#state.current, this.id, this.#content, this.#ports, prepared)
    } catch (error) {
      const unreadable = error as DocumentError
      this.#become(withUnreadable(this.#state, unreadable, clock.now()))
      emitter.emit('rejected', { document: this.id, error: unreadable })
      return
    }
    this.#become(withContent(this.#state, version, clock.now()))
  }

  #fail(cause: unknown): number {
    this.#isSettled = true
    const { source, clock, random, emitter } = this.#ports
    const error = isAppConfigError(cause)
      ? cause
      : new SourceError(
          'SOURCE_FAILED',
          `${documentName(this.id)}: the source "${source.name}" failed: ${messageOf(cause)}`,
          { cause },
        )
    emitter.emit('failure', { document: this.id, error })
    this.#become(withFailure(this.#state, error, clock.now()))
    return backoffMs(this.#state, this.#intervalMs) * (1 + random() / 2)
  }

  #report(error: AppConfigError): void {
    const { clock, emitter } = this.#ports
    this.#state = { ...this.#state, lastError: { error, atMs: clock.now() } }
    emitter.emit('failure', { document: this.id, error })
  }

  /** Takes over a state, and emits the events of the change. */
  #become(next: DocumentState): void {
    const { emitter, clock, onChange } = this.#ports
    const { id } = this
    const before = this.#state
    this.#state = next
    if (before.failures > 0 && next.failures === 0) emitter.emit('recovered', { document: id })
    if (before.failures === 0 && next.failures > 0 && next.current)
      emitter.emit('stale', { document: id, sinceMs: clock.now() })
    const isNewContent = next.current !== before.current
    const isNewAbsence = isAbsent(next) !== isAbsent(before)
    if (isNewContent || isNewAbsence || (next.isUnjudged && !before.isUnjudged)) onChange(this)
    if (isNewContent || (before.current && isNewAbsence))
      emitter.emit('change', {
        document: id,
        version: next.current && !isAbsent(next) ? describeVersion(next.current) : undefined,
      })
  }
}
