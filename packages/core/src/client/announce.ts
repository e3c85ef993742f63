/**
 * Telling that something new was refused: once for each thing, however many tenants it hits.
 *
 * @module
 */
import type { AppConfigError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import type { Resident } from './resident.ts'

/** @returns a function to call after a resident was brought up to date. */
export function announcing(emitter: Emitter): (resident: Resident) => void {
  const announced = new WeakSet<AppConfigError>()
  return function announceRefused({ tenant, layers, documents, inputs, refused, error }) {
    if (!error || refused.length === 0 || announced.has(error)) return
    announced.add(error)
    const isOwn = layers.some((layer, at) => layer.own && inputs?.[at] !== undefined)
    for (const at of refused) {
      const document = documents[at]
      if (!document) continue
      document.refuse(error)
      emitter.emit('rejected', {
        document: document.id,
        error,
        ...(isOwn && tenant && { tenant: tenant.id }),
      })
    }
  }
}
