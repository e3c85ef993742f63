/**
 * All documents of a client, by application, environment and profile.
 *
 * A document that all tenants share is polled from its first use until the client closes. One that
 * only some tenant needs is polled while anybody holds it; after that it sleeps, and what it held
 * is kept, for the newest so many, as the last known good.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { type DocumentId, documentKey } from '../sources/source.ts'
import { createGenerationPool } from './generation-pool.ts'
import { createLiveDocument, type LiveDocument, type LiveDocumentOptions } from './live-document.ts'
import type { Lane } from './scheduler.ts'

export interface DocumentStore {
  /** Counts every change of any document: equal counts mean that nothing changed between. */
  readonly changes: number
  /** Holds a document, waking it if need be. Give it back with `release`. */
  hold(id: DocumentId, pollIntervalSeconds: number | undefined, lane: Lane): LiveDocument
  /** Holds once more what is held already. */
  retain(document: LiveDocument): void
  release(document: LiveDocument): void
  /** Those that are being kept up to date. */
  awake(): Iterable<LiveDocument>
  close(): void
}

export interface DocumentStoreOptions
  extends Omit<LiveDocumentOptions, 'id' | 'pollIntervalSeconds' | 'onChange' | 'pool'> {
  /** How many sleeping documents to remember. */
  readonly maxSleeping: number
  readonly onChange: (document: LiveDocument) => void
}

export function createDocumentStore({
  maxSleeping,
  onChange,
  ...shared
}: DocumentStoreOptions): DocumentStore {
  const awake = new Map<string, LiveDocument>()
  const holders = new Map<LiveDocument, number>()
  const sleeping = new LRUCache<string, LiveDocument>({ max: maxSleeping })
  const pool = createGenerationPool()
  let changes = 0

  function create(id: DocumentId, pollIntervalSeconds: number | undefined, lane: Lane): LiveDocument {
    const document: LiveDocument = createLiveDocument(
      {
        ...shared,
        id,
        pollIntervalSeconds,
        pool,
        onChange() {
          changes++
          onChange(document)
        },
      },
      lane,
    )
    return document
  }

  function retain(document: LiveDocument): void {
    holders.set(document, (holders.get(document) ?? 0) + 1)
  }

  return {
    get changes() {
      return changes
    },
    hold(id, pollIntervalSeconds, lane) {
      const key = documentKey(id)
      let document = awake.get(key)
      if (document === undefined) {
        document = sleeping.get(key) ?? create(id, pollIntervalSeconds, lane)
        sleeping.delete(key)
        document.lane = lane
        document.wake()
        awake.set(key, document)
      } else if (document.lane === 'new' || lane === 'shared') {
        document.lane = lane
      }
      retain(document)
      return document
    },
    retain,
    release(document) {
      const left = (holders.get(document) ?? 1) - 1
      if (left > 0) return void holders.set(document, left)
      holders.delete(document)
      if (document.lane === 'shared') return
      awake.delete(document.key)
      document.sleep()
      if (document.current) sleeping.set(document.key, document)
    },
    awake: () => awake.values(),
    close() {
      for (const document of awake.values()) document.sleep()
      awake.clear()
      sleeping.clear()
    },
  }
}
