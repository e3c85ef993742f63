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
   * Asks for flags of a document as one request sees them, for sources that choose variants themselves.
   *
   * @throws {SourceError} when there is no answer.
   */
  evaluate?(document: DocumentId, asked: FlagsAsked, signal: AbortSignal): Promise<FlagsAnswer>
  close?(): void
}

/** Which flags of a document, and for what context. */
export interface FlagsAsked {
  readonly flags: readonly string[]
  readonly context: Readonly<Record<string, string | number | boolean>>
}

/** The flags by their keys; of a single one, the flag itself will do. */
export interface FlagsAnswer {
  readonly body: Uint8Array
  readonly contentType: string | undefined
  /** Keys of the context that could not be carried: the flags were chosen as if they were not there. */
  readonly leftOut?: readonly string[] | undefined
}

export interface SessionOptions {
  /** How often this document should be asked for; the service may want it less often. */
  readonly pollIntervalSeconds: number | undefined
  /** How long to leave a document alone that does not exist, where asking costs something. */
  readonly missingRecheckSeconds: number
  readonly clock: Clock
  /** Between 0 and 1, as `Math.random`. */
  readonly random: () => number
  /**
   * Reserves the time at which a lost session may be opened anew, which costs a full, priced body: milliseconds
   * until then. A session that must wait answers `postponed`, so that it holds up nobody meanwhile.
   */
  readonly reopeningDelayMs: () => number
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

/** What a source answered, and when to ask it again. */
export type PollResult = {
  /** The delay to the next poll. From a second to a day: what is outside of that is brought inside. */
  readonly nextPollMs: number
  /**
   * How often the service wants to be asked in general, where the next poll comes earlier or later than that.
   *
   * @default nextPollMs
   */
  readonly intervalMs?: number | undefined
} & (
  | { readonly kind: 'unchanged' }
  | {
      readonly kind: 'content'
      readonly body: Uint8Array
      readonly contentType: string | undefined
      readonly versionLabel?: string | undefined
    }
  /** There is no such document. Before any content, `unchanged` means that nothing is deployed yet. */
  | { readonly kind: 'absent' }
  /** Nothing was asked: it is not time yet. */
  | { readonly kind: 'postponed' }
)
