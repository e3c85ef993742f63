/**
 * Sharing one configuration among all tenants with equal inputs.
 *
 * It is found by its versions, each unique in the process. A configuration with a layer of the tenant's own
 * is not shared and not kept here.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { DocumentError } from '../errors.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import type { HeldVersion } from '../layers/layer-value.ts'
import { isOwn, type TenantLayer } from '../layers/tenant-layer.ts'
import { sharingSteps } from '../shared-steps.ts'
import { createWeakCache } from '../weak-cache.ts'
import type { Compose } from './compose.ts'

/** Failures are cached, too: a bad deployment must not cost a validation per request. */
const MOST_FAILURES = 1000

/**
 * Makes `compose` give one object for equal versions, while that object is in use, and remember its failures.
 */
export function interning(compose: Compose): Compose {
  const snapshots = createWeakCache<object>()
  const share = sharingSteps<JsonValue | DocumentError>()
  const failures = new LRUCache<string, DocumentError>({ max: MOST_FAILURES })

  return function* composeOnce(layers, versions) {
    const key = keyOf(layers, versions)
    const known = snapshots.get(key) ?? failures.get(key)
    if (known !== undefined) return known as JsonValue | DocumentError
    const isShared = !holdsOwn(layers, versions)
    const made = yield* isShared ? share(key, () => compose(layers, versions)) : compose(layers, versions)
    if (made instanceof DocumentError) failures.set(key, made)
    else if (isShared && typeof made === 'object' && made !== null) snapshots.set(key, made)
    return made
  }
}

function keyOf(layers: readonly TenantLayer[], versions: readonly HeldVersion[]): string {
  let key = ''
  for (let at = 0; at < layers.length; at++) key += `${versionKey(layers[at] as TenantLayer, versions[at])} `
  return key
}

/**
 * Tenants without a section share their configuration, so the section is part of the key only if it exists.
 */
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
