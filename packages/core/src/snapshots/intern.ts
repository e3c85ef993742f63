/**
 * One configuration for all tenants that are given the same.
 *
 * Found by the versions it was made of, each unique in the process. What holds something of the tenant's own is
 * nobody else's and is not kept here.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { DocumentError } from '../errors.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import { isOwn, type TenantLayer } from '../layers/tenant-layers.ts'
import { createWeakCache } from '../weak-cache.ts'
import type { Compose } from './compose.ts'

/** What failed is remembered too: a bad deployment must not cost a validation per request. */
const MOST_FAILURES = 1000

/**
 * Makes `compose` give one object for equal versions, while that object is in use, and remember its failures.
 */
export function interning(compose: Compose): Compose {
  const snapshots = createWeakCache<object>()
  const failures = new LRUCache<string, DocumentError>({ max: MOST_FAILURES })

  return function composeOnce(layers, versions): JsonValue | DocumentError {
    const key = keyOf(layers, versions)
    const known = snapshots.get(key) ?? failures.get(key)
    if (known !== undefined) return known as JsonValue | DocumentError
    const made = compose(layers, versions)
    if (made instanceof DocumentError) failures.set(key, made)
    else if (typeof made === 'object' && made !== null && !holdsOwn(layers, versions))
      snapshots.set(key, made)
    return made
  }
}

function keyOf(layers: readonly TenantLayer[], versions: readonly HeldVersion[]): string {
  let key = ''
  for (let at = 0; at < layers.length; at++) key += `${versionKey(layers[at] as TenantLayer, versions[at])} `
  return key
}

/** Tenants without a section of their own share what they get, so its name counts only if it is there. */
function versionKey(layer: TenantLayer, version: HeldVersion): string {
  if (version === undefined || layer.isWithheld) return '-'
  const { section, optional } = layer
  if (section === undefined) return String(version.id)
  return isSectionThere(section, version) || !optional ? `${version.id}/${section}` : `${version.id}/`
}

function holdsOwn(layers: readonly TenantLayer[], versions: readonly HeldVersion[]): boolean {
  for (let at = 0; at < layers.length; at++) {
    const [layer, version] = [layers[at] as TenantLayer, versions[at]]
    if (version === undefined || layer.isWithheld || !isOwn(layer)) continue
    if (layer.section === undefined || isSectionThere(layer.section, version)) return true
  }
  return false
}

function isSectionThere(section: string, { value }: HeldVersion & {}): boolean {
  return isPlainObject(value) && ownValue(value, section) !== undefined
}
