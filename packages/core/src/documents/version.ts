/**
 * A version: one content of one document.
 *
 * @module
 */
import type { JsonValue } from '../json.ts'
import type { DocumentId } from '../sources/source.ts'

/** A version of a document, without its content. */
export interface DocumentVersion {
  /** The label of the hosted configuration version, if it has one. */
  readonly versionLabel: string | undefined
  /**
   * The first twelve hex digits of the SHA-256 of its bytes; AppConfig's data plane gives no version number.
   */
  readonly revision: string
  /** When it arrived, in milliseconds since the epoch. */
  readonly receivedAtMs: number
}

/** A version with its content, parsed and frozen. */
export interface Version extends DocumentVersion {
  /** Unique in this process. */
  readonly id: number
  /** As the source gave it; the same bytes with another content type are another version. */
  readonly contentType: string | undefined
  readonly value: JsonValue
  /** The bytes it was read from, where they are needed for a backup. */
  readonly body?: Uint8Array | undefined
  /** Whether it was part of a valid configuration once. */
  composed: boolean
}

/** The state of a document, without its values. */
export interface DocumentHealth extends Omit<DocumentId, 'entity'> {
  /**
   * `ok`; `loading`: not answered yet; `absent`: the source says that it does not exist; `rejected`: the
   * newest content is not used; `stale`: an older content is served, because
   * polls fail or the backup was read before the first answer; `failed`: polls fail,
   * and there is nothing to serve.
   */
  readonly status: 'ok' | 'loading' | 'absent' | 'stale' | 'rejected' | 'failed'
  /** The version that is held; undefined before the first content. */
  readonly version: DocumentVersion | undefined
  /**
   * Where what is served of it comes from the backup: when AppConfig last confirmed it, in milliseconds since the
   * epoch.
   */
  readonly restoredFromMs: number | undefined
  /** When the source last answered, in milliseconds since the epoch, whatever the answer was. */
  readonly checkedAtMs: number | undefined
  /** The last error, which may be over; `atMs` in milliseconds since the epoch. */
  readonly lastError: { readonly code: string; readonly message: string; readonly atMs: number } | undefined
}

/** The parts of a version that may be published. */
export function describeVersion({ versionLabel, revision, receivedAtMs }: Version): DocumentVersion {
  return { versionLabel, revision, receivedAtMs }
}
