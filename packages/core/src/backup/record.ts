/**
 * What is backed up of one document.
 *
 * @module
 */
import type { DocumentId } from '../sources/source.ts'

/** The content of a document, as its source gave it. */
export interface BackupContent {
  readonly body: Uint8Array
  readonly contentType: string | undefined
  readonly versionLabel: string | undefined
  /** When it arrived first, in milliseconds since the epoch. */
  readonly receivedAtMs: number
}

/** The backup of one document. */
export interface BackupRecord {
  readonly id: DocumentId
  /** Undefined: the source said that the document does not exist. */
  readonly content: BackupContent | undefined
  /** When the source last said so, in milliseconds since the epoch. */
  readonly confirmedAtMs: number
}

/** Clocks of a fleet differ by less. A later time than now by more than this is no time to go by. */
export const MOST_CLOCK_SKEW_MS = 300_000

/** Whether two backups of a document hold the same, whenever that was confirmed. */
export function holdsSame({ content: a }: BackupRecord, { content: b }: BackupRecord): boolean {
  if (a === undefined || b === undefined) return a === b
  return (
    a.contentType === b.contentType &&
    a.versionLabel === b.versionLabel &&
    Buffer.compare(a.body, b.body) === 0
  )
}
