/**
 * The port of all sources: where documents come from.
 *
 * A source asks for one document, once. When and how often to ask, and what to do with the answer or without
 * one, is decided outside of sources, for all of them alike.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { AppConfigError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** The name of a document. Every cache key holds all of it. */
export interface DocumentId {
  readonly application: string
  readonly environment: string
  readonly profile: string
  /**
   * The `Entity-Id` the document is asked with, for sources that tell callers apart; see
   * {@link Source.entityOf}.
   */
  readonly entity?: string
}

/** A key of a document. No two documents share one, whatever characters their names hold. */
export function documentKey({ application, environment, profile, entity }: DocumentId): string {
  return JSON.stringify([application, environment, profile, entity])
}

/** The name of a document as people write it: `application/environment/profile`. */
export function documentName({ application, environment, profile }: DocumentId): string {
  return `${application}/${environment}/${profile}`
}

/**
 * Where documents come from: `direct()`, `agent()`, `files()`, `memory()`, or an object of your own. A source
 * may serve several clients; it holds no documents.
 */
export interface Source {
  /** Names the source in errors: `direct`, `agent`, `files`, `memory`, or a name of your own. */
  readonly name: string
  /**
   * Makes a session that polls one document. It must be synchronous, and neither call the service nor throw.
   * There is one session for each document that a client polls; it is closed when the document is no longer
   * used.
   */
  open(document: DocumentId, options: SessionOptions): Session
  /**
   * Where a document is looked for, as errors say it, such as `file /srv/appconfig/api/dev/default.json`; for
   * sources whose places a developer can look at.
   */
  placeOf?(document: DocumentId): string
  /**
   * The `Entity-Id` of a tenant, for sources that roll a deployment out per entity. Each tenant then has a
   * document of its own for each layer, and polls it.
   *
   * @throws {Error} when the tenant has no valid id of this kind; the request fails with it.
   */
  entityOf?(tenant: Tenant): string
  /**
   * Asks for flags of a document, evaluated for one request, for sources that choose variants themselves.
   * Called before the handler, for each request and document that has such flags.
   *
   * @param signal aborts when the request may wait no longer (`resolveTimeoutMs`).
   * @throws {SourceError} when there is no answer; the request then gets the default variants.
   */
  evaluate?(document: DocumentId, asked: FlagsAsked, signal: AbortSignal): Promise<FlagsAnswer>
  /** Called when a client that uses the source is closed: frees what the source itself holds. */
  close?(): void
}

/** The flags of a document to evaluate, by key, and the context to evaluate them with. */
export interface FlagsAsked {
  readonly flags: readonly string[]
  readonly context: Readonly<Record<string, string | number | boolean>>
  /** The largest answer that is taken, in bytes: the option `maxDocumentBytes`. */
  readonly maxDocumentBytes: number
}

/** The evaluated flags: an object of flags by key or, where one flag was asked for, that flag alone. */
export interface FlagsAnswer {
  readonly body: Uint8Array
  readonly contentType: string | undefined
  /** Keys of the context that the source could not send; the flags were evaluated without them. */
  readonly leftOut?: readonly string[] | undefined
}

/** What a client gives a session: settings of the document, time, and ways to report back. */
export interface SessionOptions {
  /**
   * Seconds between two polls, 15 to 86400, as the layer says; undefined for the source's default. The
   * service may ask for more.
   */
  readonly pollIntervalSeconds: number | undefined
  /** Seconds until a document that does not exist is asked for again, where asking costs something. */
  readonly missingRecheckSeconds: number
  /**
   * The largest content that is taken, in bytes: the option `maxDocumentBytes`. Of a larger one a session may give the
   * beginning, if that is larger, too: it is refused all the same.
   */
  readonly maxDocumentBytes: number
  /** The client's clock; a session waits by no other. */
  readonly clock: Clock
  /** A random number from 0 up to 1, as `Math.random`; for jitter. */
  readonly random: () => number
  /**
   * Reserves the time at which a lost session may be opened anew, which costs a full, priced body.
   *
   * @returns milliseconds until then. A session that has to wait answers `postponed`, so that it blocks no
   * other document.
   */
  readonly reopeningDelayMs: () => number
  /** Asks for a poll now, because the document seems to have changed; for sources that get notifications. */
  readonly hint: () => void
  /** Reports a problem beside an answer: it becomes a `failure` event and the document's `lastError`. */
  readonly report: (error: AppConfigError) => void
}

/** The polling of one document by one client. */
export interface Session {
  /**
   * Asks once. Not called again before the promise has settled.
   *
   * @param signal aborts when the document is no longer used.
   * @throws {SourceError} when there is no answer. Any other error becomes `SOURCE_FAILED`.
   */
  poll(signal: AbortSignal): Promise<PollResult>
  /** Called when the document is no longer polled; a poll may be under way. */
  close?(): void
}

/**
 * The answer to a poll, and when to poll again. `content`: the document, as bytes. `unchanged`: nothing new
 * or, before any content, nothing deployed yet. `absent`: it does not exist. `postponed`: nothing was asked.
 */
export type PollResult = {
  /** Milliseconds to the next poll; values outside of a second to a day are brought inside. */
  readonly nextPollMs: number
  /**
   * The interval the service wants in general, in milliseconds, where the next poll comes earlier or later.
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
  /** The document does not exist. */
  | { readonly kind: 'absent' }
  /** Nothing was asked, because a new session had to wait. */
  | { readonly kind: 'postponed' }
)
