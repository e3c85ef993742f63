/**
 * Resolving a `$ref` of a JSON Schema, inside its own file: no other file is read, and nothing is downloaded.
 *
 * @module
 */
import type { JsonObject, JsonValue } from '../documents/json.ts'

/** What a reference refers to, or why that is not known. */
export type Resolved =
  | { readonly keys: readonly string[]; readonly target: JsonValue; readonly problem?: undefined }
  | { readonly keys?: undefined; readonly target?: undefined; readonly problem: string }

/** @param ref `#`, or `#/` and keys. */
export function resolveReference(schema: JsonObject, ref: string): Resolved {
  if (ref !== '#' && !ref.startsWith('#/'))
    return {
      problem: `${ref} is not followed: only references inside the file are, such as #/definitions/limit`,
    }
  const keys = ref.split('/').slice(1).map(readKey)
  let target: JsonValue = schema
  for (const key of keys) {
    if (typeof target !== 'object' || target === null || !Object.hasOwn(target, key))
      return { problem: `there is no ${ref}` }
    target = (target as JsonObject)[key] as JsonValue
  }
  return { keys, target }
}

function readKey(text: string): string {
  return decoded(text).replaceAll('~1', '/').replaceAll('~0', '~')
}

/** A percent sign that encodes nothing is one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
