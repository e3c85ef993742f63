/**
 * All documents of a client, by application, environment and profile.
 *
 * A document that all tenants share is polled from its first use until the client closes. One whose name was
 * computed from a tenant is polled while an entry holds it. After that it sleeps: its versions are kept as
 * the last known good, for the `maxSleeping` newest.
 *
 * @module
 */
import { dropOldest } from '../drop-oldest.ts'
import { hasSections, isSharedDocument, type TenantLayer } from '../layers/tenant-layer.ts'
import { type DocumentId, documentKey } from '../sources/source.ts'
import { LiveDocument } from './document.ts'
import type { DocumentPorts } from './document-ports.ts'
import { statusOf } from './document-state.ts'
import type { Lane } from './scheduler.ts'
import { createVersionPool } from './version-pool.ts'

/**
 * All documents of a client.
 *
 * @typeParam Holder the type of the tenants' entries that hold documents.
 */
export interface DocumentStore<Holder extends object> {
  /** Whether the document is polled already, so that holding it causes no further calls. */
  isPolled(id: DocumentId): boolean
  /** Holds the document of a layer for an entry, and wakes it if it sleeps. Give it back with `release`. */
  hold(layer: TenantLayer, lane: Exclude<Lane, 'shared'>, holder: Holder): LiveDocument
  release(document: LiveDocument, holder: Holder): void
  holdersOf(document: LiveDocument): Iterable<Holder>
  /** Whether an old content is served of a document that is polled. */
  isStale(id: DocumentId): boolean
  /** The documents that are polled. */
  awake(): Iterable<LiveDocument>
  close(): void
}

/** What the documents of a client share, and how many to keep when unused. */
export interface DocumentStoreOptions extends Omit<DocumentPorts<LiveDocument>, 'pool'> {
  /** How many sleeping documents to keep. */
  readonly maxSleeping: number
}

/** Makes a store without documents. */
export function createDocumentStore<Holder extends object>({
  maxSleeping,
  ...options
}: DocumentStoreOptions): DocumentStore<Holder> {
  const awake = new Map<string, LiveDocument>()
  const holders = new Map<LiveDocument, Set<Holder>>()
  const sleeping = new Map<string, LiveDocument>()
  const ports: DocumentPorts<LiveDocument> = { ...options, pool: createVersionPool() }

  function create(layer: TenantLayer, lane: Lane): LiveDocument {
    const { document: id, pollIntervalSeconds, content } = layer
    const wanted = hasSections(layer) ? 'sections' : content
    return new LiveDocument(ports, { id, pollIntervalSeconds, content: wanted }, lane)
  }

  return {
    isPolled: (id) => awake.has(documentKey(id)),
    hold(layer, tenantLane, holder) {
      const key = documentKey(layer.document)
      const lane = isSharedDocument(layer) ? 'shared' : tenantLane
      let document = awake.get(key)
      if (document === undefined) {
        document = sleeping.get(key) ?? create(layer, lane)
        sleeping.delete(key)
        document.lane = lane
        document.wake()
        awake.set(key, document)
      } else if (document.lane === 'new' || lane === 'shared') {
        document.lane = lane
      }
      if (!layer.optional) {
        document.isRequired = true
        document.isRequiredByMany ||= layer.scope !== 'tenant'
      }
      const holding = holders.get(document)
      if (holding) holding.add(holder)
      else holders.set(document, new Set([holder]))
      return document
    },
    release(document, holder) {
      const left = holders.get(document)
      left?.delete(holder)
      if (left === undefined || left.size > 0) return
      holders.delete(document)
      if (document.lane === 'shared') return
      awake.delete(document.key)
      document.sleep()
      if (document.state.current === undefined) return
      sleeping.set(document.key, document)
      dropOldest(sleeping, maxSleeping)
    },
    holdersOf: (document) => holders.get(document) ?? [],
    isStale(id) {
      const state = awake.get(documentKey(id))?.state
      return state !== undefined && statusOf(state) === 'stale'
    },
    awake: () => awake.values(),
    close() {
      for (const document of awake.values()) document.sleep()
      awake.clear()
      holders.clear()
      sleeping.clear()
    },
  }
}
