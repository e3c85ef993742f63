/**
 * How tenants are named in decisions, which may leave the process.
 *
 * @module
 */

import type { Origin } from '../config-notes.ts'
import { dropOldest } from '../drop-oldest.ts'
import { nodeModule } from '../node-modules.ts'
import type { DocumentId } from '../sources/source.ts'
import type { DecisionSettings } from './options.ts'

/** As many as are kept warm by default. */
const MOST_NAMES = 10_000

/** @returns a function that gives the name of a tenant, by its id. */
export function tenantNames({ tenant, key }: DecisionSettings): (id: string) => string {
  if (tenant === 'plain') return (id) => id
  const known = new Map<string, string>()
  return function hashed(id) {
    let name = known.get(id)
    if (name === undefined) {
      const crypto = nodeModule('crypto')
      const hash = key === undefined ? crypto.createHash('sha256') : crypto.createHmac('sha256', key)
      name = hash.update(id).digest('hex')
      known.set(id, name)
      dropOldest(known, MOST_NAMES)
    }
    return name
  }
}

type Place = Pick<DocumentId, 'application' | 'environment' | 'profile'>

/** The document of a layer without the id of the tenant it belongs to. */
export function withoutTenant(
  { document, scope, isWritten }: Origin['layer'],
  id: string | undefined,
): Place {
  const { application, environment, profile } = document
  if (scope !== 'tenant' || id === undefined) return { application, environment, profile }
  const hidden = {
    application: application.replaceAll(id, '{id}'),
    environment: environment.replaceAll(id, '{id}'),
    profile: profile.replaceAll(id, '{id}'),
  }
  const isNamed =
    hidden.application !== application || hidden.environment !== environment || hidden.profile !== profile
  if (isNamed) return hidden
  // Named by something that only this tenant has, such as its customer's name.
  return isWritten
    ? { application, environment: '{tenant}', profile }
    : { application, environment, profile: '{tenant}' }
}
