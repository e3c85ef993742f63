/**
 * The `memory` source: documents that a test holds.
 *
 * A published document reaches clients at once. It is parsed, limited and validated as one from AppConfig.
 *
 * @module
 */
import { OptionsError, SourceError } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import { type DocumentId, documentName, type Session, type Source } from './source.ts'

/** A document: an object, which becomes JSON, or the text of a document. */
export type MemoryDocument = object | string

/** A source whose documents a test publishes: see {@link memory}. */
export interface MemorySource extends Source {
  readonly name: 'memory'
  /**
   * Publishes a document for every client of this source, in place of the one of that name.
   *
   * @param profile the name of the profile; as for {@link memory}, `environment/profile` and longer names do,
   * too.
   * @throws {OptionsError} `OPTIONS_INVALID` for an unknown option, or a document that is neither object nor
   * text.
   */
  publish(profile: string, document: MemoryDocument, options?: PublishOptions): void
  /**
   * Removes a document: polls answer that it does not exist.
   *
   * @param options.environment as given to {@link publish}.
   */
  remove(profile: string, options?: { environment?: string }): void
  /** Makes every poll fail with `SOURCE_FAILED`, caused by this error, until it is called with undefined. */
  failWith(error: Error | undefined): void
}

/** Options of {@link MemorySource.publish}. */
export interface PublishOptions {
  /** The one environment the document is for. @default all environments */
  readonly environment?: string
  /** The content type, as a hosted configuration version has it. @default 'application/json' */
  readonly contentType?: string
  /** The label, as a hosted configuration version has it. @default none */
  readonly versionLabel?: string
}

interface Stored {
  readonly body: Uint8Array
  readonly contentType: string
  readonly versionLabel: string | undefined
}

/** Polling is not needed: changes are pushed. */
const NEXT_POLL_MS = 3_600_000

/**
 * A source for tests.
 *
 * @param documents keyed by `profile`, `environment/profile` or `application/environment/profile`; the
 * longest name that matches a document wins.
 * @throws {OptionsError} `OPTIONS_INVALID` for a document that is neither object nor text.
 * @example
 * const source = memory({ default: { featureA: false }, 'prod-02/default': { featureA: true } })
 * source.publish('default', { featureA: true })
 */
export function memory(documents: Readonly<Record<string, MemoryDocument>> = {}): MemorySource {
  const stored = new Map<string, Stored>()
  /** For each session: asks for a poll if its document has changed, or if forced. */
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
              `failWith() makes the memory source fail for ${documentName(document)}`,
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
