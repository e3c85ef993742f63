/**
 * The values of a configuration by their keys, joined by dots as `inspect` joins them.
 *
 * @module
 */
import type { JsonValue } from '@appconfig-kit/core'
import { isPlainObject } from '@appconfig-kit/core/documents'

/** Lists are values. A configuration that is no object has one value, without a key. */
export function leavesOf(config: JsonValue): ReadonlyMap<string, JsonValue> {
  const leaves = new Map<string, JsonValue>()
  function visit(value: JsonValue, path: string): void {
    const members = isPlainObject(value) ? Object.entries(value) : []
    if (members.length === 0 && (path !== '' || !isPlainObject(value))) leaves.set(path, value)
    for (const [key, member] of members) visit(member, path === '' ? key : `${path}.${key}`)
  }
  visit(config, '')
  return leaves
}
