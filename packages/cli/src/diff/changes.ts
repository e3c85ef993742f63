/**
 * The places at which two values differ. The order of keys does not count.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../documents/json.ts'

/** A place at which two values differ. */
export interface Change {
  /** Keys and indexes from the top, with dots between; empty: the value as a whole. */
  readonly place: string
  /** Undefined where there is nothing. */
  readonly before: JsonValue | undefined
  readonly after: JsonValue | undefined
}

/**
 * The differences, as deep as they go, sorted by key. Lists of different lengths differ as a whole: which of their
 * items are the same can't be known.
 */
export function changesBetween(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: readonly string[] = [],
): readonly Change[] {
  const [was, is] = [partsOf(before), partsOf(after)]
  const areAlike =
    was !== undefined &&
    is !== undefined &&
    Array.isArray(before) === Array.isArray(after) &&
    (!Array.isArray(before) || before.length === (after as readonly JsonValue[]).length)
  if (areAlike) {
    const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])]
    if (!Array.isArray(before)) keys.sort()
    return keys.flatMap((key) => changesBetween(own(was, key), own(is, key), [...path, key]))
  }
  // Of two values, at most one has parts: they differ, unless both are the same number, text, true, false or null.
  return was === undefined && is === undefined && before === after
    ? []
    : [{ place: path.join('.'), before, after }]
}

function partsOf(value: JsonValue | undefined): JsonObject | undefined {
  if (Array.isArray(value)) return value as unknown as JsonObject
  return isPlainObject(value) ? value : undefined
}

function own(parts: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(parts, key) ? parts[key] : undefined
}
