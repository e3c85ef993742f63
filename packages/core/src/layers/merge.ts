/**
 * Merging one layer over another.
 *
 * Objects merge key by key, everything else is replaced, `null` removes the key (JSON Merge Patch, RFC 7396).
 * Top-level flags merge as flags: `enabled`, variants and the chosen variant come from one layer together;
 * only attributes of two flags without variants are mixed. Subtrees that no layer changes are shared with
 * their document. Pure: arguments are not changed.
 *
 * @module
 */
import { isFlagObject } from '../flags/flag.ts'
import { copyOf, isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'

/** `upper` over `lower`; both frozen, and so is the result. */
export function mergeLayer(lower: JsonObject, upper: JsonObject): JsonObject {
  return mergeKeys(lower, upper, mergeTopLevel)
}

/** The same, into an object that is not shared yet. */
export function mergeLayerInto(config: Record<string, JsonValue>, upper: JsonObject): void {
  mergeKeysInto(config, upper, mergeTopLevel)
}

const nullFree = new WeakMap<JsonObject, JsonObject>()

/**
 * The lowest layer, without its nulls: they remove keys, and there are none below. A layer without nulls is
 * returned as it is.
 */
export function withoutNulls(lowest: JsonObject): JsonObject {
  let merged = nullFree.get(lowest)
  if (merged === undefined) {
    merged = holdsNull(lowest) ? mergeLayer({}, lowest) : lowest
    nullFree.set(lowest, merged)
  }
  return merged
}

/** Nulls in arrays do not count: an array is replaced as a whole. */
function holdsNull(value: JsonValue): boolean {
  if (value === null) return true
  if (!isPlainObject(value)) return false
  for (const key of Object.keys(value)) if (holdsNull(value[key] as JsonValue)) return true
  return false
}

function mergeTopLevel(lower: JsonValue | undefined, upper: JsonValue): JsonValue {
  if (isFlag(lower) && isFlag(upper)) return mergeFlag(lower, upper)
  return mergeValue(lower, upper)
}

function mergeValue(lower: JsonValue | undefined, upper: JsonValue): JsonValue {
  if (!isPlainObject(upper)) return upper
  return mergeKeys(isPlainObject(lower) ? lower : {}, upper, mergeValue)
}

function mergeKeys(
  lower: JsonObject,
  upper: JsonObject,
  merge: (lower: JsonValue | undefined, upper: JsonValue) => JsonValue,
): JsonObject {
  const merged = copyOf(lower)
  mergeKeysInto(merged, upper, merge)
  return Object.freeze(merged)
}

function mergeKeysInto(
  merged: Record<string, JsonValue>,
  upper: JsonObject,
  merge: (lower: JsonValue | undefined, upper: JsonValue) => JsonValue,
): void {
  for (const key of Object.keys(upper)) {
    const value = upper[key] as JsonValue
    if (value === null) delete merged[key]
    else merged[key] = merge(ownValue(merged, key), value)
  }
}

function isFlag(value: JsonValue | undefined): value is JsonObject | boolean {
  return typeof value === 'boolean' || isFlagObject(value)
}

/**
 * Whether a flag has no variants, neither chosen nor to choose from: only then its attributes can be mixed.
 */
function isBasic(flag: JsonObject): boolean {
  return !Object.hasOwn(flag, '_variants') && !Object.hasOwn(flag, '_variant')
}

function mergeFlag(lower: JsonObject | boolean, upper: JsonObject | boolean): JsonObject | boolean {
  // A boolean over a boolean stays a boolean; over an object it keeps the object's shape, for schemas.
  if (typeof lower === 'boolean')
    return typeof upper === 'boolean' ? upper : (mergeValue({}, upper) as JsonObject)
  const decides: JsonObject = typeof upper === 'boolean' ? { enabled: upper } : upper
  return mergeKeys(isBasic(lower) && isBasic(decides) ? withoutEnabled(lower) : {}, decides, mergeValue)
}

function withoutEnabled({ enabled: _enabled, ...attributes }: JsonObject): JsonObject {
  return attributes
}
