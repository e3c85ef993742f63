/**
 * A pool of versions: documents with the same content share one.
 *
 * Where each tenant asks with its own `Entity-Id`, one document arrives many times. It is parsed once, and
 * everything made of it is shared.
 *
 * @module
 */
import { type DocumentId, documentKey } from '../sources/source.ts'
import { createWeakCache } from '../weak-cache.ts'
import type { Version } from './version.ts'

/** The versions that are in use, found by their content. */
export interface VersionPool {
  /** The version with that content; `make` makes it if there is none. */
  share(
    id: DocumentId,
    content: Pick<Version, 'revision' | 'contentType' | 'versionLabel'>,
    make: () => Version,
  ): Version
}

/** Makes an empty pool; it keeps no version alive. */
export function createVersionPool(): VersionPool {
  const versions = createWeakCache<Version>()
  return {
    share({ entity: _, ...id }, { revision, contentType, versionLabel }, make) {
      const key = JSON.stringify([documentKey(id), revision, contentType, versionLabel])
      const known = versions.get(key)
      if (known) return known
      const made = make()
      versions.set(key, made)
      return made
    },
  }
}
