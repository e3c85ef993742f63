/**
 * The `memory` source: documents a test holds in its hand.
 *
 * A published document reaches clients at once and takes the same way through parsing, limits and
 * validation as one from AppConfig.
 *
 * @module
 */
import { OptionsError, SourceError } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { type DocumentId, documentName, type Session, type Source } from './source.ts'

/** A document: an object becomes JSON; a string is the text of one. */
export type MemoryDocument = object | string

export interface MemorySource extends Source {
  readonly name: 'memory'
  /**
   * Puts a document in place of what stood under that name, for every client of this source.
   *
   * @param options.environment the one environment it is for; without it, all of them.
   * @param options.contentType of a string document; default `application/json`.
   * @param options.versionLabel as a hosted configuration version's.
   */
  publish(profile: string, document: MemoryDocument, options?: PublishOptions): void
  /** Takes a document away: from here on it does not exist. */
  remove(profile: string, options?: { environment?: string }): void
  /** Makes every poll fail until called again without an error. */
  failWith(error: Error | undefined): void
}

export interface PublishOptions {
  readonly environment?: string
  readonly contentType?: string
  readonly versionLabel?: string
}

interface Stored {
  readonly body: Uint8Array
  readonly contentType: string
  readonly versionLabel: string | undefined
}

/** Nothing is gained by asking: a change is pushed. */
const NEXT_POLL_MS = 3_600_000

/**
 * A source for tests.
 *
 * @param documents keyed by `profile`, `environment/profile` or `application/environment/profile`;
 * the longest name that fits a document wins.
 * @example
 * const source = memory({ default: { featureA: false }, 'prod-02/default': { featureA: true } })
 * source.publish('default', { featureA: true })
 */
export function memory(documents: Readonly<Record<string, MemoryDocument>> = {}): MemorySource {
  const stored = new Map<string, Stored>()
  /** Each session's way of looking whether there is news for it. */
  const sessions = new Set<(force: boolean) => void>()
  let failure: Error | undefined

  for (const [name, document] of Object.entries(documents)) stored.set(name, encode(name, document, {}))

  function find({ application, environment, profile }: DocumentId): Stored | undefined {
    return (
      stored.get(`${application}/${environment}/${profile}`) ??
      stored.get(`${environment}/${profile}`) ??
      stored.get(profile)
    )
  }
  const tell = (force: boolean): void => {
    for (const look of [...sessions]) look(force)
  }

  return {
    name: 'memory',
    open(document, { hint }): Session {
      let seen: Stored | undefined
      const look = (force: boolean): void => {
        if (force || find(document) !== seen) hint()
      }
      sessions.add(look)
      return {
        async poll() {
          if (failure) {
            throw new SourceError(
              'SOURCE_FAILED',
              `the memory source was told to fail for ${documentName(document)}`,
              {
                cause: failure,
              },
            )
          }
          const found = find(document)
          if (found === undefined) {
            seen = undefined
            return { kind: 'absent', nextPollMs: NEXT_POLL_MS }
          }
          if (found === seen) return { kind: 'unchanged', nextPollMs: NEXT_POLL_MS }
          seen = found
          return { kind: 'content', nextPollMs: NEXT_POLL_MS, ...found }
        },
        close: () => void sessions.delete(look),
      }
    },
    publish(profile, document, options = {}) {
      refuseUnknownOptions('memory().publish()', options, ['environment', 'contentType', 'versionLabel'])
      stored.set(nameOf(profile, options.environment), encode(profile, document, options))
      tell(false)
    },
    remove(profile, { environment } = {}) {
      stored.delete(nameOf(profile, environment))
      tell(false)
    },
    failWith(error) {
      failure = error
      tell(true)
    },
  }
}

function nameOf(profile: string, environment: string | undefined): string {
  return environment === undefined ? profile : `${environment}/${profile}`
}

function encode(
  name: string,
  document: MemoryDocument,
  { contentType, versionLabel }: PublishOptions,
): Stored {
  if (typeof document !== 'string' && (typeof document !== 'object' || document === null)) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `memory: the document ${name} must be an object or a string of text`,
    )
  }
  const text = typeof document === 'string' ? document : JSON.stringify(document)
  return {
    body: new TextEncoder().encode(text),
    contentType: contentType ?? 'application/json',
    versionLabel,
  }
}
