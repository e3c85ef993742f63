/**
 * One object for layers that are equal: there may be 100,000 tenants, and a handful of tiers.
 *
 * @module
 */
import { type DocumentId, documentKey } from '../sources/source.ts'
import { createWeakCache, type WeakCache } from '../weak-cache.ts'
import type { TenantLayer } from './tenant-layer.ts'

interface Shared {
  readonly documents: WeakCache<DocumentId>
  readonly layers: WeakCache<TenantLayer>
}

const sharedByPlan = new WeakMap<object, Shared>()

/** The same layer, or an equal one that was given before; of a layer with a section, the document is shared. */
export function shareLayer(plan: object, layer: TenantLayer): TenantLayer {
  let shared = sharedByPlan.get(plan)
  if (shared === undefined) {
    shared = { documents: createWeakCache(), layers: createWeakCache() }
    sharedByPlan.set(plan, shared)
  }
  const key = documentKey(layer.document)
  const document = known(shared.documents, key, layer.document)
  const { section, isWithheld, optional, pollIntervalSeconds, content, scope, isWritten } = layer
  // Member by member: what begins as a spread gets a hidden class of its own.
  const same = { document, section, isWithheld, optional, pollIntervalSeconds, content, scope, isWritten }
  if (section !== undefined) return same
  return known(
    shared.layers,
    JSON.stringify([key, optional, pollIntervalSeconds, content, scope, isWritten]),
    same,
  )
}

function known<Value extends object>(cache: WeakCache<Value>, key: string, value: Value): Value {
  const before = cache.get(key)
  if (before === undefined) cache.set(key, value)
  return before ?? value
}
