/**
 * The backup of one document: reading it once, and keeping it up to date.
 *
 *  1. What is written was part of a valid configuration, and the source's newest answer was that content. The
 *     same holds for "it does not exist".
 *  2. A new content is written soon; the same one again only now and then, to say when it was last confirmed.
 *  3. A content that was confirmed later, by another process, is never overwritten.
 *  4. No failure is thrown: it becomes an event.
 *
 * It is a class because there may be one for each of 10,000 tenants: methods are shared, closures are not.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { type DocumentState, isAbsent } from '../documents/document-state.ts'
import type { Version } from '../documents/version.ts'
import { type AppConfigError, BackupError, messageOf } from '../errors.ts'
import { type DocumentId, documentName } from '../sources/source.ts'
import { backupName, decodeBackup, encodeBackup } from './format.ts'
import type { BackupSettings } from './options.ts'
import type { BackupPlace } from './place.ts'
import { type BackupRecord, holdsSame, MOST_CLOCK_SKEW_MS } from './record.ts'
import { within } from './within.ts'
import type { Writable, WriteQueue } from './write-queue.ts'

/** What the backups of all documents share. */
export interface DocumentBackupPorts {
  readonly settings: BackupSettings
  readonly place: BackupPlace
  readonly queue: WriteQueue
  readonly clock: Clock
  readonly random: () => number
  /** Milliseconds for one reading or writing, the user's functions included. */
  readonly timeoutMs: number
  /** The outcomes of polls since the start, of all documents. */
  readonly source: { hasAnswered: boolean; hasFailed: boolean }
  /** Whether one more document may be backed up as absent. */
  readonly maySaveAbsence: (name: string) => boolean
  /** Called after each write, and with the error of one that failed. */
  readonly onWritten: (id: DocumentId, error: BackupError | undefined) => void
  /** Called when a backup exists and can't be used. */
  readonly onUnusable: (id: DocumentId, error: BackupError) => void
}

/** What a document was: a version, or absent. */
type Known = Version | 'absent'

/** Enough for AppConfig's usual answer, and no wait that a user would notice much. */
const GRACE_MS = 500
/** A tenth of the greatest age, and at most an hour: so long may a backup be older than it says. */
const CONFIRMATIONS_PER_AGE = 10
const LONGEST_UNCONFIRMED_MS = 3_600_000
/** Processes that start or are deployed to together write a content once. */
const SAME_TIME_MS = 60_000
const RETRY_MS = 60_000

/** The backup of one document. See the module for what it promises. */
export class DocumentBackup implements Writable {
  readonly #id: DocumentId
  readonly #name: string
  readonly #ports: DocumentBackupPorts
  /** Whether it was read, or there is none. What failed is tried again when it is needed again. */
  #isRead = false
  #isUnusableTold = false
  /** The source's newest answer that could be read, and when it was last given. */
  #confirmed: Known | undefined
  #confirmedAtMs = 0
  /** What was part of a valid configuration last. */
  #approved: Known | undefined
  /** What was written, or waits for it, and from when on that is to be confirmed. */
  #offered: Known | undefined
  #dueAtMs = 0
  /** Whether what was offered was written by this process, or found. */
  #isWritten = false

  constructor(id: DocumentId, ports: DocumentBackupPorts) {
    this.#id = id
    this.#name = backupName(id)
    this.#ports = ports
  }

  /** Whether there may be a backup that could not be read yet. */
  get mayHold(): boolean {
    return !this.#isRead
  }

  /** Milliseconds that a request waits for the source before the backup is read. */
  get graceMs(): number {
    const { hasAnswered, hasFailed } = this.#ports.source
    // Where the source has failed for other documents and never answered, this one need not wait to fail.
    return hasFailed && !hasAnswered ? 0 : GRACE_MS
  }

  /** The source has failed to answer. */
  noteFailure(): void {
    this.#ports.source.hasFailed = true
  }

  /** The backup, if there is one that can be used. Never rejects. */
  async restore(): Promise<BackupRecord | undefined> {
    if (this.#isRead) return undefined
    const { place, timeoutMs } = this.#ports
    try {
      const bytes = await within(timeoutMs, place.read(this.#name))
      const record = bytes && (await within(timeoutMs, this.#usable(bytes)))
      this.#isRead = true
      return record
    } catch (error) {
      this.refuse(error)
      return undefined
    }
  }

  /** Reports that the backup can't be used; once in a row. */
  refuse(cause: unknown): void {
    if (this.#isUnusableTold) return
    this.#isUnusableTold = true
    const problem = `the backup of ${documentName(this.#id)} was ignored: ${messageOf(cause)}. It is replaced once AppConfig answers`
    this.#ports.onUnusable(this.#id, new BackupError('BACKUP_UNUSABLE', problem, { cause }))
  }

  /** The source has answered with a content that can be read, or that the document does not exist. */
  confirm(state: DocumentState, nowMs: number): void {
    this.#ports.source.hasAnswered = true
    this.#confirmed = isAbsent(state) ? 'absent' : state.current
    this.#confirmedAtMs = nowMs
    this.#offer()
  }

  /** A valid configuration was made with this version; undefined: without the document. */
  approve(version: Version | undefined): void {
    this.#approved = version ?? 'absent'
    this.#offer()
  }

  #offer(): void {
    const { clock, queue, random, place, maySaveAbsence } = this.#ports
    if (this.#confirmed === undefined || this.#approved !== this.#confirmed) return
    if (this.#confirmed === this.#offered && clock.now() < this.#dueAtMs) return
    if (this.#confirmed === 'absent' && !maySaveAbsence(this.#name)) return
    if (this.#confirmed !== this.#offered) this.#isWritten = false
    this.#offered = this.#confirmed
    this.#dueAtMs = Number.POSITIVE_INFINITY
    queue.add(this, random() * place.spreadMs)
  }

  async write(): Promise<void> {
    const record = this.#record()
    if (record === undefined) return
    const { queue, clock, random, timeoutMs, onWritten } = this.#ports
    try {
      await within(timeoutMs, this.#writeUnlessNewer(record))
      this.#isWritten = true
      this.#dueAtMs = clock.now() + this.#confirmEveryMs * (0.5 + random() / 2)
      onWritten(this.#id, undefined)
    } catch (cause) {
      const problem = `the backup of ${documentName(this.#id)} was not written: ${messageOf(cause)}. It is tried again in a minute; requests are not affected`
      onWritten(this.#id, new BackupError('BACKUP_NOT_WRITTEN', problem, { cause }))
      queue.add(this, RETRY_MS * (1 + random() / 2))
    }
  }

  get #confirmEveryMs(): number {
    return Math.min(this.#ports.settings.maxAgeMs / CONFIRMATIONS_PER_AGE, LONGEST_UNCONFIRMED_MS)
  }

  /** What to write now; undefined where a newer answer was not approved yet. */
  #record(): BackupRecord | undefined {
    const known = this.#confirmed
    if (known === undefined || known !== this.#approved) return undefined
    const confirmedAtMs = this.#confirmedAtMs
    if (known === 'absent') return { id: this.#id, content: undefined, confirmedAtMs }
    const { body, contentType, versionLabel, receivedAtMs } = known
    if (body === undefined) return undefined
    return { id: this.#id, content: { body, contentType, versionLabel, receivedAtMs }, confirmedAtMs }
  }

  async #writeUnlessNewer(record: BackupRecord): Promise<void> {
    const { settings, place } = this.#ports
    const stored = await this.#stored()
    if (stored && this.#isUpToDate(stored, record)) return
    await place.write(this.#name, await encodeBackup(record, settings.encrypt))
  }

  /** What is there already; undefined where that can't be used, so that it may be overwritten. */
  async #stored(): Promise<BackupRecord | undefined> {
    const bytes = await this.#ports.place.read(this.#name)
    return bytes && (await this.#usable(bytes).catch(() => undefined))
  }

  /** The backup in these bytes; rejects with what is wrong with it. */
  async #usable(bytes: Uint8Array): Promise<BackupRecord> {
    const { settings, clock } = this.#ports
    const record = await decodeBackup(bytes, this.#id, settings.decrypt)
    refuseByAge(record, settings.maxAgeMs, clock.now())
    return record
  }

  /** Whether another process has confirmed later, or the same and not long before. */
  #isUpToDate(stored: BackupRecord, record: BackupRecord): boolean {
    if (stored.confirmedAtMs > record.confirmedAtMs) return true
    const recentMs = this.#isWritten
      ? this.#confirmEveryMs / 2
      : Math.min(SAME_TIME_MS, this.#confirmEveryMs / 2)
    const isRecent = stored.confirmedAtMs > record.confirmedAtMs - recentMs
    return isRecent && holdsSame(stored, record)
  }
}

/** The error of a backup that the schema refuses, as it refuses what is fetched. */
export function refusalOfBackup(cause: AppConfigError): BackupError {
  const problem = `the backup was refused: ${cause.problem}. It is replaced once AppConfig answers`
  return new BackupError('BACKUP_UNUSABLE', problem, { cause })
}

function refuseByAge({ confirmedAtMs }: BackupRecord, maxAgeMs: number, nowMs: number): void {
  if (confirmedAtMs - nowMs > MOST_CLOCK_SKEW_MS)
    throw new Error('it was confirmed at a time to come: the clock of this machine or of another is wrong')
  if (nowMs - confirmedAtMs > maxAgeMs)
    throw new Error(
      `it is too old: AppConfig last confirmed it at ${new Date(confirmedAtMs).toISOString()}, and maxAgeSeconds is ${maxAgeMs / 1000}`,
    )
}
