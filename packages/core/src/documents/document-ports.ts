/**
 * What a document needs to be kept up to date.
 *
 * @module
 */
import type { Backup } from '../backup/backup.ts'
import type { Clock } from '../clock.ts'
import type { Emitter } from '../events.ts'
import type { DocumentId, Source } from '../sources/source.ts'
import type { Scheduler } from './scheduler.ts'
import type { VersionPool } from './version-pool.ts'

/**
 * What the documents of a client share.
 *
 * @typeParam Document what is polled: a `LiveDocument`.
 */
export interface DocumentPorts<Document> {
  readonly maxDocumentBytes: number
  readonly missingRecheckSeconds: number
  readonly source: Source
  readonly scheduler: Scheduler
  readonly clock: Clock
  readonly random: () => number
  /** `onRequest`: a document whose poll is due is cold. */
  readonly refresh: 'interval' | 'onRequest'
  readonly emitter: Emitter
  readonly pool: VersionPool
  readonly backup: Backup | undefined
  /** Called after what may be served of a document has changed. */
  readonly onChange: (document: Document) => void
}

/** What one document is, and how it is polled. */
export interface DocumentOptions {
  readonly id: DocumentId
  readonly pollIntervalSeconds: number | undefined
  /**
   * `object`: a content that is no object is rejected. `sections`: its keys name sections, most of them after
   * tenants, so no text names them.
   */
  readonly content: 'object' | 'any' | 'sections'
}
