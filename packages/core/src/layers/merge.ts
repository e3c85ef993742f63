/**
 * One layer over another.
 *
 * Objects merge key by key, everything else is replaced, `null` takes the key away (JSON Merge
 * Patch, RFC 7396). Top-level flags merge as flags: what decides whether and how a flag is on
 * comes from one layer, whole; only the attributes of two plain flags are mixed. What no layer
 * touches is shared with the document it came from, never copied. Pure: nothing given is changed.
 *
 * @module
 */
import { isFlagObject } from '../flags/flag.ts'
import { copyOf, isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'

/** `upper` over `lower`; both frozen, and so is the result. */
export function mergeLayer(lower: JsonObject, upper: JsonObject): JsonObject {
  return mergeKeys(lower, upper, mergeTopLevel)
}

/** The same, into an object that nobody else holds yet. */
export function mergeLayerInto(config: Record<string, JsonValue>, upper: JsonObject): void {
  mergeKeysInto(config, upper, mergeTopLevel)
}

const nullFree = new WeakMap<JsonObject, JsonObject>()

/**
 * The lowest layer: nothing stands below it, so a `null` in it takes away a key that is not there. Without any, the
 * very object.
 */
export function withoutNulls(lowest: JsonObject): JsonObject {
  let merged = nullFree.get(lowest)
  if (merged === undefined) {
    merged = holdsNull(lowest) ? mergeLayer({}, lowest) : lowest
    nullFree.set(lowest, merged)
  }
  return merged
}

/** In objects only: an array is replaced whole, nulls and all. */
function holdsNull(value: JsonValue): boolean {
  if (value === null) return true
  return isPlainObject(value) && Object.values(value).some(holdsNull)
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

/** No variants, chosen or to be chosen from: its attributes are its own. */
function isBasic(flag: JsonObject): boolean {
  return !Object.hasOwn(flag, '_variants') && !Object.hasOwn(flag, '_variant')
}

function mergeFlag(lower: JsonObject | boolean, upper: JsonObject | boolean): JsonObject | boolean {
  // A boolean over a boolean stays one; over an object it keeps the object's shape, for schemas.
  if (typeof lower === 'boolean')
    return typeof upper === 'boolean' ? upper : (mergeValue({}, upper) as JsonObject)
  const decides: JsonObject = typeof upper === 'boolean' ? { enabled: upper } : upper
  return mergeKeys(isBasic(lower) && isBasic(decides) ? withoutEnabled(lower) : {}, decides, mergeValue)
}

function withoutEnabled({ enabled: _enabled, ...attributes }: JsonObject): JsonObject {
  return attributes
}
