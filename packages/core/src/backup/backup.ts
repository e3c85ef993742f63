/**
 * The backups of a client's documents: the last known good, for a restart without AppConfig.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { Emitter } from '../events.ts'
import type { DocumentId } from '../sources/source.ts'
import { directoryPlace } from './directory-place.ts'
import { DocumentBackup, type DocumentBackupPorts } from './document-backup.ts'
import type { BackupSettings } from './options.ts'
import type { BackupPlace } from './place.ts'
import { storePlace } from './store-place.ts'
import { within } from './within.ts'
import { createWriteQueue } from './write-queue.ts'

/** The backups of one client. */
export interface Backup {
  of(id: DocumentId): DocumentBackup
  /** Writes what still waits, for at most a second. Never rejects. */
  close(): Promise<void>
}

/** What backups need of their client. */
export interface BackupPorts {
  readonly clock: Clock
  readonly random: () => number
  readonly emitter: Pick<Emitter, 'emit'>
  readonly maxDocumentBytes: number
  /** Milliseconds for one reading or writing. @default 5000 */
  readonly timeoutMs?: number
  /** Milliseconds for all that still waits at `close`. @default 1000 */
  readonly closeTimeoutMs?: number
}

const TIMEOUT_MS = 5000
const CLOSE_TIMEOUT_MS = 1000
/** A client of the API may make up tenants, each with an optional document that is absent. */
const MOST_ABSENCES = 10_000

/** Makes the backups of a client. Nothing is read or written yet. */
export function createBackup(settings: BackupSettings, ports: BackupPorts): Backup {
  const { clock, random, timeoutMs = TIMEOUT_MS, closeTimeoutMs = CLOSE_TIMEOUT_MS } = ports
  const queue = createWriteQueue(clock)
  const shared: DocumentBackupPorts = {
    settings,
    place: placeOf(settings, ports),
    queue,
    clock,
    random,
    timeoutMs,
    source: { hasAnswered: false, hasFailed: false },
    maySaveAbsence: atMost(MOST_ABSENCES),
    ...reports(ports.emitter),
  }
  return {
    of: (id) => new DocumentBackup(id, shared),
    close: () => within(closeTimeoutMs, queue.finish()).catch(() => {}),
  }
}

function placeOf({ directory, store, maxAgeMs }: BackupSettings, ports: BackupPorts): BackupPlace {
  if (store) return storePlace(store, maxAgeMs)
  const { clock, maxDocumentBytes } = ports
  // Encryption and the head may add to a document.
  const maxBytes = 2 * maxDocumentBytes + 65_536
  return directoryPlace({ directory: directory as string, clock, maxAgeMs, maxBytes })
}

/** Of writes that fail in a row, the first is reported: they tend to fail together. */
function reports(emitter: Pick<Emitter, 'emit'>): Pick<DocumentBackupPorts, 'onWritten' | 'onUnusable'> {
  let isFailing = false
  return {
    onWritten(document, error) {
      if (error && !isFailing) emitter.emit('failure', { document, error })
      isFailing = error !== undefined
    },
    onUnusable: (document, error) => emitter.emit('failure', { document, error }),
  }
}

/** @returns a function that allows this many names. */
function atMost(count: number): (name: string) => boolean {
  const names = new Set<string>()
  return function mayBeAdded(name) {
    if (!names.has(name) && names.size >= count) return false
    names.add(name)
    return true
  }
}
