/**
 * Documents of tiers, cells and other groups of tenants that do not exist: nobody holds them, since their tenants are
 * turned away, and the health of the client must tell of them all the same.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { isAbsent } from '../documents/document-state.ts'
import type { DocumentHealth } from '../documents/version.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'

/** Documents that should exist and do not; the newest 100. */
export interface MissingDocuments {
  /** Notes what a tenant that was turned away lacks. One tenant's own document is no defect: it is a stranger. */
  note(entry: TenantEntry): void
  /** A tenant was served: what it needs is there. */
  forget(entry: TenantEntry): void
  all(): Iterable<DocumentHealth>
}

const MOST_NOTED = 100

/** @param recheckSeconds how long a note lasts, unless it is made again. */
export function createMissingDocuments(clock: Clock, recheckSeconds: number): MissingDocuments {
  const missing = new LRUCache<string, DocumentHealth>({
    max: MOST_NOTED,
    ttl: 2 * recheckSeconds * 1000,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  })
  return {
    note({ layers, documents }) {
      for (const [at, document] of documents.entries()) {
        const layer = layers[at]
        if (layer?.scope !== 'group' || layer.optional || !isAbsent(document.state)) continue
        missing.set(document.key, document.health())
      }
    },
    forget({ layers, documents }) {
      if (missing.size === 0) return
      for (const [at, { key }] of documents.entries()) if (layers[at]?.scope === 'group') missing.delete(key)
    },
    all: () => missing.values(),
  }
}
