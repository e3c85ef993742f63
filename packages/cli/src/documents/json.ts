/**
 * Values as JSON knows them.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '@appconfig-kit/core/documents'

export { isPlainObject, type JsonObject, type JsonValue }

/** The object under a key, or an empty one. */
export function objectAt(object: JsonObject, key: string): JsonObject {
  const value = Object.hasOwn(object, key) ? object[key] : undefined
  return isPlainObject(value) ? value : {}
}
