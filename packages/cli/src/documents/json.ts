/**
 * Values as JSON knows them.
 *
 * @module
 */
import type { JsonObject, JsonValue } from '@appconfig-kit/core'

export type { JsonObject, JsonValue }

/** An object of keys and values, as against a list or nothing. */
export function isPlainObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The object under a key, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return isPlainObject(value) ? value : {}
}
