/**
 * Missing documents of tiers, cells and other groups of tenants. No entry holds them, since their tenants are
 * refused; the client's health reports them nevertheless.
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
  /**
   * Notes the missing documents of a refused tenant. A missing document of one tenant is no defect: that
   * tenant is unknown.
   */
  note(entry: TenantEntry): void
  /** Called when a tenant was served: its documents exist. */
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
