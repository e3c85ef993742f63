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

/** A content that could be read. */
export interface Version extends DocumentVersion {
  /** Unique in this process: two versions are the same only if this is. */
  readonly id: number
  /** As the source gave it: the same bytes with another content type are another content. */
  readonly contentType: string | undefined
  readonly value: JsonValue
  /** Whether it was ever part of a valid configuration. */
  composed: boolean
}

/** The state of a document, without its values. */
export interface DocumentHealth extends DocumentId {
  /**
   * `ok`, or `loading` before the first answer; `absent`: the source says that it does not exist; `rejected`: the
   * newest content is not used; `stale`: asking fails, an older content is served; `failed`: asking fails, and there
   * is nothing to serve.
   */
  readonly status: 'ok' | 'loading' | 'absent' | 'stale' | 'rejected' | 'failed'
  readonly version: DocumentVersion | undefined
  /** When the source last answered, whatever it said. */
  readonly checkedAtMs: number | undefined
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | undefined
}

/** What may be told of a version. */
export function describeVersion({ versionLabel, revision, receivedAtMs }: Version): DocumentVersion {
  return { versionLabel, revision, receivedAtMs }
}
