/**
 * One content of one document, and what may be told of it.
 *
 * @module
 */
import type { JsonValue } from '../json.ts'
import type { DocumentId } from '../sources/source.ts'

/** Which content of a document this is. */
export interface DocumentVersion {
  /** The label of the hosted configuration version, where it has one. */
  readonly versionLabel: string | undefined
  /** The first twelve hex digits of the SHA-256 of its bytes: AppConfig's data plane names no number. */
  readonly revision: string
  readonly receivedAtMs: number
}

/** One content of one document. */
export interface Generation extends DocumentVersion {
  /** Unique in this process: two generations are the same only if this is. */
  readonly id: number
  readonly value: JsonValue
  /** Whether it was ever part of a valid configuration. */
  composed: boolean
}

/** How a document does, without its values. */
export interface DocumentHealth extends DocumentId {
  readonly status: 'ok' | 'loading' | 'absent' | 'stale' | 'rejected' | 'failed'
  readonly version: DocumentVersion | undefined
  /** When the source last answered, whatever it said. */
  readonly checkedAtMs: number | undefined
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | undefined
}

/** What may be told of a generation. */
export function versionOf({ versionLabel, revision, receivedAtMs }: Generation): DocumentVersion {
  return { versionLabel, revision, receivedAtMs }
}
