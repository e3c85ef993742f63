/**
 * Where documents come from: the port every source is behind.
 *
 * A source knows how to ask for one document, once. When to ask, how often, what to do with the
 * answer and what to do without one is decided elsewhere, for all sources alike.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { AppConfigError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The name of a document: what every cache key holds, whole. */
export interface DocumentId {
  readonly application: string
  readonly environment: string
  readonly profile: string
  /** For whom it is asked for, where the source tells callers apart: see {@link Source.entityOf}. */
  readonly entity?: string
}

/** One key per document; no two documents share one, whatever characters their names hold. */
export function documentKey({ application, environment, profile, entity }: DocumentId): string {
  return JSON.stringify([application, environment, profile, entity])
}

/** `application/environment/profile`, for people. */
export function documentName({ application, environment, profile }: DocumentId): string {
  return `${application}/${environment}/${profile}`
}

export interface Source {
  /** `direct`, `agent`, `files`, `memory`, or your own. */
  readonly name: string
  /** Prepares to ask for a document; asks nothing yet. */
  open(document: DocumentId, options: SessionOptions): Session
  /**
   * Under which name a tenant asks, for sources that serve callers different versions while a
   * deployment grows. Every layer of a tenant is then a document of its own.
   */
  entityOf?(tenant: Tenant): string
  /**
   * Asks for a document as one request sees it, for sources that choose variants themselves.
   *
   * @throws {SourceError} when there is no answer; {@link WiringError} 400 for a context it can't carry.
   */
  evaluate?(
    document: DocumentId,
    context: Readonly<Record<string, string | number | boolean>>,
    signal: AbortSignal,
  ): Promise<{ readonly body: Uint8Array; readonly contentType: string | undefined }>
  close?(): void
}

export interface SessionOptions {
  /** How often this document should be asked for; the service may want it less often. */
  readonly pollIntervalSeconds: number | undefined
  /** How long to leave a document alone that does not exist, where asking costs something. */
  readonly missingRecheckSeconds: number
  readonly clock: Clock
  /** Between 0 and 1, as `Math.random`. */
  readonly random: () => number
  /** Resolves when a lost session may be opened anew: that costs a full, priced body. */
  readonly permitReopening: () => Promise<void>
  /** Calls back when something seems to have changed, for sources that are told. */
  readonly hint: () => void
  /** Tells of what went wrong while there is an answer all the same. */
  readonly report: (error: AppConfigError) => void
}

export interface Session {
  /**
   * Asks once. Never called again before it has settled.
   *
   * @throws {SourceError} when there is no answer to be had.
   */
  poll(signal: AbortSignal): Promise<PollResult>
  close?(): void
}

/** What a source answered. */
export type PollResult = { readonly nextPollMs: number } & (
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'content'
      readonly body: Uint8Array
      readonly contentType: string | undefined
      readonly versionLabel?: string | undefined
    }
  /** The source says that there is no such document, or nothing in it yet. */
  | { readonly kind: 'absent' }
)
