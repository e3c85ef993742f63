/**
 * When a backup stands in for a document: at the first failure of its source, when the source has let a
 * request wait for a short time, or when what the source gave can't be used.
 *
 * The backup is read as what is fetched is read, by the same reader and limits.
 *
 * @module
 */
import type { DocumentBackup } from '../backup/document-backup.ts'
import type { DocumentOptions } from './document-ports.ts'
import { type DocumentState, isUnknown } from './document-state.ts'
import { type ReadVersionPorts, readVersionInTurns } from './read-version.ts'
import type { Version } from './version.ts'

/** A document that may be restored. */
export interface Restorable {
  readonly state: DocumentState
  /** Whether a backup could stand in. */
  readonly isRestorable: boolean
  /** Whether some layer needs the document: its absence is no state to start with. */
  readonly isRequired: boolean
  restored(version: Version | undefined, confirmedAtMs: number): void
}

/** Restores one document, while it is awake. */
export class Restoring {
  readonly #backup: DocumentBackup
  readonly #ports: ReadVersionPorts
  readonly #options: DocumentOptions
  readonly #document: Restorable
  #grace: Promise<void> | undefined
  #cancelGrace = (): void => {}
  #reading: Promise<void> | undefined
  /** Ends the reading under way. Made for each: most documents are never restored. */
  #abort: AbortController | undefined

  constructor(
    backup: DocumentBackup,
    ports: ReadVersionPorts,
    options: DocumentOptions,
    document: Restorable,
  ) {
    this.#backup = backup
    this.#ports = ports
    this.#options = options
    this.#document = document
  }

  /** Whether there may be a backup to use. */
  get #isPossible(): boolean {
    return this.#document.isRestorable && (this.#backup.mayHold || this.#reading !== undefined)
  }

  /** The reading under way. Never rejects. */
  get reading(): Promise<void> | undefined {
    return this.#reading
  }

  /** Waits for the source or, after a grace time that begins with the first call, for the backup. */
  async orRestored(answered: Promise<void>): Promise<void> {
    if (!isUnknown(this.#document.state) || !this.#isPossible) return answered
    this.#grace ??= this.#afterGrace()
    const restored = this.#grace.then(() => (isUnknown(this.#document.state) ? answered : undefined))
    await Promise.race([answered, restored])
  }

  async #afterGrace(): Promise<void> {
    const { graceMs } = this.#backup
    if (graceMs > 0)
      await new Promise<void>((resolve) => {
        this.#cancelGrace = this.#ports.clock.schedule(graceMs, resolve)
      })
    await this.restore()
  }

  /** The source has failed. */
  async afterFailure(): Promise<void> {
    this.#backup.noteFailure()
    await this.restore()
  }

  /** Serves the backup, if there is one. Read once, however many ask. Never rejects. */
  async restore(): Promise<void> {
    if (!this.#isPossible) return
    this.#abort ??= new AbortController()
    this.#reading ??= this.#read(this.#abort.signal)
    await this.#reading
    this.#reading = undefined
    this.#abort = undefined
  }

  /** Reads the backup as what is fetched is read. One that can't be used is reported. */
  async #read(signal: AbortSignal): Promise<void> {
    const record = await this.#backup.restore()
    if (record === undefined || signal.aborted) return
    const { content, confirmedAtMs } = record
    if (content === undefined) {
      if (!this.#document.isRequired) this.#document.restored(undefined, confirmedAtMs)
      return
    }
    let version: Version
    try {
      const { receivedAtMs } = content
      const reading = readVersionInTurns(content, undefined, this.#options, this.#ports, signal, receivedAtMs)
      version = 'then' in reading ? await reading : reading
    } catch (error) {
      if (!signal.aborted) this.#backup.refuse(error)
      return
    }
    if (!signal.aborted) this.#document.restored(version, confirmedAtMs)
  }

  /** The document is no longer polled. */
  end(): void {
    this.#abort?.abort()
    this.#cancelGrace()
  }
}
