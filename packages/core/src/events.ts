/**
 * The events of a client.
 *
 * Events carry names, versions and errors, never configuration values unless an option asks for them. Emitting never throws: what a listener
 * throws is dropped.
 *
 * @module
 */
import type { FlagDecision } from './decisions/flag-decision.ts'
import { countListener } from './decisions/watch.ts'
import type { DocumentVersion } from './documents/version.ts'
import { type AppConfigError, OptionsError, quoted } from './errors.ts'
import { didYouMean } from './options/known-options.ts'
import type { OverrideRefusal } from './overrides/options.ts'
import type { DocumentId } from './sources/source.ts'

/** The events of a client and what each carries. */
export interface AppConfigEvents {
  /** A document has a new content, or the source now says that it does not exist (`version` is undefined). */
  change: {
    readonly document: DocumentId
    readonly version: DocumentVersion | undefined
    /**
     * The top-level keys whose value is another than before, compared when it is read: names only. Empty for the first
     * content that is known of the document.
     */
    readonly changedKeys: readonly string[]
  }
  /** A new content was refused; the last good one stays in use. */
  rejected: {
    readonly document: DocumentId
    readonly error: AppConfigError
    /**
     * The tenant id for which it was refused, where composing that tenant's configuration found the problem.
     */
    readonly tenant?: string
  }
  /**
   * A poll failed; also: rules of variants could not be read (`VARIANTS_UNAVAILABLE`), a backup was ignored
   * (`BACKUP_UNUSABLE`) or not written (`BACKUP_NOT_WRITTEN`, the first in a row).
   */
  failure: { readonly document: DocumentId; readonly error: AppConfigError }
  /**
   * An old content is served: polls fail, or it comes from the backup. Times are in milliseconds since the epoch.
   */
  stale: {
    readonly document: DocumentId
    readonly sinceMs: number
    /** Where the content comes from the backup: when AppConfig last confirmed it. */
    readonly restoredFromMs?: number
  }
  /** A poll succeeded after failures, or a content was accepted after a refused one. */
  recovered: { readonly document: DocumentId }
  /**
   * A request carried an override: the option `overrides`. Once for each request that does.
   */
  override: {
    /** The id of the request's tenant; undefined for a request without one. */
    readonly tenant: string | undefined
    /** The flags it names; none where it was not signed with a key of ours. */
    readonly flags: readonly string[]
    /** Why it had no effect; undefined where it had. */
    readonly refused: OverrideRefusal | undefined
  }
  /** The other side of a flag ran beside the one that answered, or should have: `flagged.shadow`. */
  shadow: {
    readonly flag: string
    /** The side that answered the request. */
    readonly answeredBy: 'old' | 'new'
    /**
     * `dropped`: too many were in flight. `notCompared`: an answer was a stream, longer than 1 MB, left to other
     * handlers, or never sent. `failed`: the other side, or `compare`, threw. `late`: it took longer than `timeoutMs`.
     */
    readonly outcome: 'same' | 'different' | 'failed' | 'late' | 'notCompared' | 'dropped'
    /** Where the answers differ: paths such as `body.items[0].price`, never values. */
    readonly paths: readonly string[]
    /** The name of the error that the other side threw, without its text. */
    readonly error: string | undefined
    /** Milliseconds until the request was answered; undefined where it was dropped. */
    readonly answerMs: number | undefined
    /** Milliseconds the other side took; undefined where it did not run. */
    readonly otherMs: number | undefined
  }
  /**
   * A flag was asked for: once for each request and flag, however often it is. See docs/telemetry.md. A listener is
   * called while the request waits; flags that it asks for itself are not told.
   */
  decision: FlagDecision
}

/** The name of an event of a client. */
export type EventName = keyof AppConfigEvents

/** The listeners of one client. */
export interface Emitter {
  /**
   * @returns a function that removes the listener.
   * @throws {OptionsError} `OPTIONS_INVALID` for an unknown event, and for a listener that is no function.
   */
  on<Name extends EventName>(name: Name, listener: (event: AppConfigEvents[Name]) => void): () => void
  emit<Name extends EventName>(name: Name, event: AppConfigEvents[Name]): void
  hasListeners(name: EventName): boolean
}

const NAMES: readonly string[] = [
  'change',
  'rejected',
  'failure',
  'stale',
  'recovered',
  'override',
  'shadow',
  'decision',
]

/** Makes an emitter without listeners. */
export function createEmitter(): Emitter {
  const listeners = new Map<string, Set<(event: never) => unknown>>(NAMES.map((name) => [name, new Set()]))
  return {
    on(name, listener) {
      const others = listeners.get(name)
      if (others === undefined || typeof listener !== 'function') throw noSuchEvent(name, listener)
      // A private wrapper, so that the same function can listen twice and leave once.
      const own = (event: never) => listener(event)
      others.add(own)
      if (name === 'decision') countListener(1)
      return () => {
        if (others.delete(own) && name === 'decision') countListener(-1)
      }
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          const answer: unknown = listener(event as never)
          // Of an asynchronous listener: a rejection that nobody handles would end the process.
          if (answer instanceof Promise) answer.catch(() => {})
        } catch {
          // What a listener throws is dropped.
        }
      }
    },
    hasListeners: (name) => (listeners.get(name)?.size ?? 0) > 0,
  }
}

function noSuchEvent(name: unknown, listener: unknown): OptionsError {
  if (NAMES.includes(String(name)))
    return new OptionsError(
      'OPTIONS_INVALID',
      `on(${quoted(name)}): the listener must be a function, got ${quoted(listener)}`,
    )
  return new OptionsError(
    'OPTIONS_INVALID',
    `on(${quoted(name)}): there is no such event. ${didYouMean(String(name), NAMES)}`,
  )
}
