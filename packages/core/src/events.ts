/**
 * What a client tells about itself.
 *
 * Events carry names, versions and errors, never configuration values. Telling never throws:
 * a listener that does is its own problem.
 *
 * @module
 */
import type { DocumentVersion } from './documents/version.ts'
import { type AppConfigError, OptionsError, quoted } from './errors.ts'
import { didYouMean } from './options/known-options.ts'
import type { DocumentId } from './sources/source.ts'

/** The events of a client and what each carries. */
export interface AppConfigEvents {
  /** A document has a new content, or AppConfig now says that there is none. */
  change: { readonly document: DocumentId; readonly version: DocumentVersion | undefined }
  /** A new content was refused; what was good before it stays. */
  rejected: {
    readonly document: DocumentId
    readonly error: AppConfigError
    /** A tenant it was refused for, where that was found by composing a tenant's configuration. */
    readonly tenant?: string
  }
  /** Asking for a document failed. */
  failure: { readonly document: DocumentId; readonly error: AppConfigError }
  /** From here on, an old content is served because asking for a newer one fails. */
  stale: { readonly document: DocumentId; readonly sinceMs: number }
  /** Asking, or the content, is well again. */
  recovered: { readonly document: DocumentId }
}

export type EventName = keyof AppConfigEvents

export interface Emitter {
  /**
   * @returns a function that takes the listener off again.
   * @throws {OptionsError} `OPTIONS_INVALID` for an event there is not.
   */
  on<Name extends EventName>(name: Name, listener: (event: AppConfigEvents[Name]) => void): () => void
  emit<Name extends EventName>(name: Name, event: AppConfigEvents[Name]): void
}

const NAMES: readonly string[] = ['change', 'rejected', 'failure', 'stale', 'recovered']

export function createEmitter(): Emitter {
  const listeners = new Map<string, Set<(event: never) => void>>(NAMES.map((name) => [name, new Set()]))
  return {
    on(name, listener) {
      const others = listeners.get(name)
      if (others === undefined || typeof listener !== 'function') throw noSuchEvent(name, listener)
      // A private wrapper, so that the same function can listen twice and leave once.
      const own = (event: never) => listener(event)
      others.add(own)
      return () => others.delete(own)
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) {
        try {
          listener(event as never)
        } catch {
          // Nobody to tell: see the promise above.
        }
      }
    },
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
