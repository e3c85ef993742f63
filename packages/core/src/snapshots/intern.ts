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
import type { LayerInput } from '../layers/layer-value.ts'
import { isOwn, type TenantLayer } from '../layers/tenant-layers.ts'
import { createWeakCache } from '../weak-cache.ts'
import type { ComposeInputs } from './compose.ts'

/** Failures are cached, too: a bad deployment must not cost a validation per request. */
const MOST_FAILURES = 1000

/**
 * Makes `compose` give one object for equal inputs, while that object is in use, and remember its failures.
 */
export function interning(compose: ComposeInputs): ComposeInputs {
  const snapshots = createWeakCache<object>()
  const failures = new LRUCache<string, DocumentError>({ max: MOST_FAILURES })

  return function composeOnce(layers, inputs): JsonValue | DocumentError {
    const key = keyOf(layers, inputs)
    const known = snapshots.get(key) ?? failures.get(key)
    if (known !== undefined) return known as JsonValue | DocumentError
    const made = compose(layers, inputs)
    if (made instanceof DocumentError) failures.set(key, made)
    else if (typeof made === 'object' && made !== null && !holdsOwn(layers, inputs)) snapshots.set(key, made)
    return made
  }
}

function keyOf(layers: readonly TenantLayer[], inputs: readonly LayerInput[]): string {
  let key = ''
  for (let at = 0; at < layers.length; at++) key += `${inputKey(layers[at] as TenantLayer, inputs[at])} `
  return key
}

/**
 * Tenants without a section share their configuration, so the section is part of the key only if it exists.
 */
function inputKey(layer: TenantLayer, input: LayerInput): string {
  if (input === undefined || layer.isWithheld) return '-'
  const { section, optional } = layer
  if (section === undefined) return String(input.id)
  return isSectionThere(section, input) || !optional ? `${input.id}/${section}` : `${input.id}/`
}

function holdsOwn(layers: readonly TenantLayer[], inputs: readonly LayerInput[]): boolean {
  for (let at = 0; at < layers.length; at++) {
    const [layer, input] = [layers[at] as TenantLayer, inputs[at]]
    if (input === undefined || layer.isWithheld || !isOwn(layer)) continue
    if (layer.section === undefined || isSectionThere(layer.section, input)) return true
  }
  return false
}

function isSectionThere(section: string, { value }: LayerInput & {}): boolean {
  return isPlainObject(value) && ownValue(value, section) !== undefined
}
