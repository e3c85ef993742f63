/**
 * One object for all tenants whose configuration is made of the same.
 *
 * Keyed by the versions it was made of, each unique in the process, and the sections used; held
 * weakly, so that what no tenant is served any more goes away.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { DocumentError } from '../errors.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import type { ComposeInputs, LayerInput } from './compose.ts'

/** What failed is remembered too: a bad deployment must not cost a validation per request. */
const MOST_FAILURES = 1000

export function interning(compose: ComposeInputs): ComposeInputs {
  const snapshots = new Map<string, WeakRef<object>>()
  const failures = new LRUCache<string, DocumentError>({ max: MOST_FAILURES })
  const forgotten = new FinalizationRegistry<string>((key) => {
    if (snapshots.get(key)?.deref() === undefined) snapshots.delete(key)
  })

  return function composeOnce(layers, inputs): JsonValue | DocumentError {
    const key = layers.map((layer, at) => inputKey(layer, inputs[at])).join(' ')
    const known = snapshots.get(key)?.deref() ?? failures.get(key)
    if (known !== undefined) return known as JsonValue | DocumentError
    const made = compose(layers, inputs)
    if (made instanceof DocumentError) failures.set(key, made)
    else if (typeof made === 'object' && made !== null) {
      snapshots.set(key, new WeakRef(made))
      forgotten.register(made, key)
    }
    return made
  }
}

/** Tenants without a section of their own share what they get, so its name counts only if it is there. */
function inputKey({ section, isWithheld, optional }: TenantLayer, input: LayerInput): string {
  if (input === undefined || isWithheld) return '-'
  if (section === undefined) return String(input.id)
  const isThere = isPlainObject(input.value) && ownValue(input.value, section) !== undefined
  return isThere || !optional ? `${input.id}/${section}` : `${input.id}/`
}
