/**
 * One document, kept up to date: it polls its source when it is due, and keeps the result.
 *
 * `document-state.ts` decides what its state is, the scheduler when it is polled. This module connects them:
 * a session, the poll interval, the backup, and events.
 *
 * It is a class because there may be one for each of 10,000 tenants: methods are shared, closures are not.
 *
 * @module
 */
import type { DocumentBackup } from '../backup/document-backup.ts'
import type { AppConfigError } from '../errors.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import { type DocumentId, documentKey, type PollResult } from '../sources/source.ts'
import { afterContent, readContent } from './after-content.ts'
import { type Awake, openSession, pollSession } from './awake.ts'
import {
  emitChanges,
  emitRefusal,
  errorOf,
  healthOf,
  isNewsToTenants,
  tellServed,
} from './document-health.ts'
import type { DocumentOptions, DocumentPorts } from './document-ports.ts'
import {
  type DocumentState,
  isAbsent,
  isNewest,
  isRestorable,
  NOTHING_HELD,
  withAnswer,
  withApproval,
  withFailure,
  withRefusal,
  withRestored,
} from './document-state.ts'
import { backoffMs, boundedMs, DEFAULT_INTERVAL_MS, graceMs } from './intervals.ts'
import type { ReadableContent } from './read-version.ts'
import { Restoring } from './restoring.ts'
import type { Lane } from './scheduler.ts'
import type { DocumentHealth, Version } from './version.ts'

/** A document that is polled while it is awake. See the module for what it connects. */
export class LiveDocument {
  readonly id: DocumentId
  readonly key: string
  /** Where its source looks for it, for errors; undefined where the source does not say. */
  readonly place: string | undefined
  /** Whether some layer requires it. */
  isRequired = false
  /** Whether some layer requires it that is not one tenant's alone: its absence is a mistake. */
  isRequiredByMany = false
  readonly #ports: DocumentPorts<LiveDocument>
  readonly #options: DocumentOptions
  readonly #backup: DocumentBackup | undefined
  #lane: Lane
  #state: DocumentState = NOTHING_HELD
  /** Whether the source, or the backup in its place, has answered since the document was woken. */
  #isSettled = false
  #intervalMs: number
  #awake: Awake | undefined

  constructor(ports: DocumentPorts<LiveDocument>, options: DocumentOptions, lane: Lane) {
    const { id, pollIntervalSeconds } = options
    this.id = id
    this.key = documentKey(id)
    this.place = ports.source.placeOf?.(id)
    this.#ports = ports
    this.#options = options
    this.#backup = ports.backup?.of(id)
    this.#lane = lane
    this.#intervalMs = pollIntervalSeconds === undefined ? DEFAULT_INTERVAL_MS : pollIntervalSeconds * 1000
  }

  get state(): DocumentState {
    return this.#state
  }

  /** Whether a backup could stand in. */
  get isRestorable(): boolean {
    return isRestorable(this.#state, this.isRequiredByMany)
  }

  /** What restores the backup, while the document is awake. */
  get restoring(): Restoring | undefined {
    return this.#awake?.restoring
  }

  /** When the next poll is due; in the past during a poll and while it waits for its turn. */
  get dueAtMs(): number {
    return this.#awake?.task.dueAtMs ?? Number.NEGATIVE_INFINITY
  }

  /** The deadline of the next poll. Past it the document is cold: the process was probably suspended. */
  get overdueAtMs(): number {
    if (!this.#isSettled || !this.#awake) return Number.NEGATIVE_INFINITY
    return this.#awake.task.dueAtMs + graceMs(this.#ports.refresh, this.#intervalMs)
  }

  get lane(): Lane {
    return this.#lane
  }

  set lane(lane: Lane) {
    this.#lane = lane
    if (this.#awake) this.#awake.task.lane = lane
  }

  /**
   * Waits for a poll if the document is cold or overdue: until its answer or failure, or until the backup
   * stands in for an answer that does not come or can't be used. Never rejects.
   */
  async settle(): Promise<void> {
    const awake = this.#awake
    if (this.#ports.clock.now() < this.overdueAtMs || awake === undefined) return this.restoring?.reading
    const answered = awake.task.runAfresh(() => awake.abort?.abort())
    await (awake.restoring?.orRestored(answered) ?? answered)
  }

  /** The current content was refused; for that tenant id, where composing its configuration found it. */
  refuse(error: AppConfigError, tenant?: string): void {
    const before = this.#state
    this.#state = withRefusal(before, error, this.#ports.clock.now())
    if (this.#state !== before) emitRefusal(this.id, before, error, tenant, this.#ports.emitter)
  }

  /** All entries that hold the document have accepted its current content. */
  approve(): void {
    const wasRejected = this.#state.refusals.length > 0
    this.#state = withApproval(this.#state)
    if (wasRejected && this.#state.refusals.length === 0)
      this.#ports.emitter.emit('recovered', { document: this.id })
  }

  /** A valid configuration was made with that version; undefined: without the document. */
  served(version: HeldVersion): void {
    this.#state = tellServed(this.id, this.#state, version, this.#ports.emitter)
    if (isNewest(this.#state, version) && (version || !this.isRequired)) this.#backup?.approve(version)
  }

  /** A backup stands in, unless the source has answered with something good meanwhile. */
  restored(version: Version | undefined, confirmedAtMs: number): void {
    this.#become(withRestored(this.#state, version, confirmedAtMs, this.isRequiredByMany))
    this.#isSettled ||= this.#state.restoredFromMs !== undefined
  }

  wake(): void {
    if (this.#awake) return
    this.#isSettled = false
    const session = openSession(this.#options, this.#ports, {
      lane: () => this.#lane,
      hint: () => awake.task.runAgain(),
      report: (error) => this.#report(awake, error),
    })
    const task = this.#ports.scheduler.add(this.#lane, () => this.#poll(awake))
    const restoring = this.#backup && new Restoring(this.#backup, this.#ports, this.#options, this)
    const awake: Awake = { session, task, abort: undefined, reading: undefined, restoring }
    this.#awake = awake
  }

  /** Stops polling; the held versions stay. */
  sleep(): void {
    const awake = this.#awake
    this.#awake = undefined
    this.#isSettled = false
    awake?.task.cancel()
    awake?.abort?.abort()
    awake?.reading?.abort()
    awake?.restoring?.end()
    awake?.session.close?.()
  }

  health(): DocumentHealth {
    return healthOf(this.id, this.#state)
  }

  /** @returns the delay to the next poll. */
  async #poll(awake: Awake): Promise<number> {
    const abort = new AbortController()
    awake.abort = abort
    try {
      const result = await pollSession(awake.session, abort.signal, this.#ports)
      // The document was put to sleep meanwhile: the answer belongs to a closed session.
      return this.#awake === awake ? await this.#receive(awake, result) : this.#intervalMs
    } catch (error) {
      const isWanted = this.#awake === awake && !abort.signal.aborted
      return isWanted ? await this.#fail(awake, error) : this.#intervalMs
    } finally {
      awake.abort = undefined
    }
  }

  async #receive(awake: Awake, result: PollResult): Promise<number> {
    const { clock } = this.#ports
    const nextPollMs = boundedMs(result.nextPollMs, this.#intervalMs)
    if (result.kind === 'postponed') return nextPollMs
    if (result.kind === 'content') await this.#read(awake, result)
    if (this.#awake !== awake) return nextPollMs
    this.#isSettled = true
    this.#become(withAnswer(this.#state, result.kind, clock.now()))
    if (result.kind !== 'absent')
      this.#intervalMs = boundedMs(result.intervalMs ?? result.nextPollMs, this.#intervalMs)
    if (!this.#state.isUnreadable) this.#backup?.confirm(this.#state, clock.now())
    if (isAbsent(this.#state)) await awake.restoring?.restore()
    // A document that was served is polled again soon: a single 404 may be a mistake.
    return result.kind === 'absent' && this.#state.current
      ? Math.min(nextPollMs, this.#intervalMs)
      : nextPollMs
  }

  async #read(awake: Awake, content: ReadableContent): Promise<void> {
    const reading = readContent(awake, content, this.#state.current, this.#options, this.#ports)
    const read = 'then' in reading ? await reading : reading
    if (this.#awake !== awake) return
    const { state, error } = afterContent(read, this.#state, this.#ports.clock.now())
    this.#become(state)
    if (error === undefined) return
    this.#ports.emitter.emit('rejected', { document: this.id, error })
    await awake.restoring?.restore()
  }

  async #fail(awake: Awake, cause: unknown): Promise<number> {
    const { source, clock, random, emitter, refresh } = this.#ports
    const error = errorOf(cause, this.id, source.name)
    emitter.emit('failure', { document: this.id, error })
    // Before the document counts as settled: requests wait for it.
    await awake.restoring?.afterFailure()
    if (this.#awake !== awake) return this.#intervalMs
    this.#isSettled = true
    this.#become(withFailure(this.#state, error, clock.now()))
    return backoffMs(this.#state, this.#intervalMs, refresh) * (1 + random() / 2)
  }

  #report(awake: Awake, error: AppConfigError): void {
    if (this.#awake !== awake) return
    const { clock, emitter } = this.#ports
    this.#state = { ...this.#state, lastError: { error, atMs: clock.now() } }
    emitter.emit('failure', { document: this.id, error })
  }

  /** Takes over a state, and emits the events of the change. */
  #become(next: DocumentState): void {
    const { emitter, clock, onChange } = this.#ports
    const before = this.#state
    this.#state = next
    if (isNewsToTenants(before, next)) onChange(this)
    emitChanges(this.id, before, next, emitter, clock.now())
  }
}
