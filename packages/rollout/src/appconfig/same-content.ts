/**
 * Comparing a content with the stored form of a hosted version.
 *
 * It stores a content as it is, but for flags documents: their keys are sorted, and it writes down when each
 * flag was created and updated.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { isAuthoredFlags, isPlainObject, type JsonValue } from '@appconfig-kit/core/documents'

const TIMESTAMPS = ['_createdAt', '_updatedAt']

/**
 * Whether two contents of a version mean the same: the same bytes, or feature flags that differ only in what AppConfig
 * adds (`_createdAt`, `_updatedAt`).
 *
 * @param stored what AppConfig answers.
 */
export function isSameContent(stored: Uint8Array, given: Uint8Array): boolean {
  if (Buffer.compare(stored, given) === 0) return true
  const [one, other] = [jsonOf(stored), jsonOf(given)]
  if (one === undefined || other === undefined || !isAuthoredFlags(one)) return false
  return isDeepStrictEqual(withoutTimestamps(one), withoutTimestamps(other))
}

function jsonOf(bytes: Uint8Array): JsonValue | undefined {
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    return undefined
  }
}

function withoutTimestamps(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(withoutTimestamps)
  if (!isPlainObject(value)) return value
  const entries = Object.entries(value).filter(([key]) => !TIMESTAMPS.includes(key))
  return Object.fromEntries(entries.map(([key, each]) => [key, withoutTimestamps(each)]))
}
