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
import { copyInSteps, isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { Pace, type Steps } from '../turns.ts'

/** `upper` over `lower`; both frozen, and so is the result. */
export function mergeLayer(lower: JsonObject, upper: JsonObject): Steps<JsonObject> {
  return mergeKeys(lower, upper, mergeTopLevel, new Pace())
}

/** The same, into an object that is not shared yet. */
export function mergeLayerInto(config: Record<string, JsonValue>, upper: JsonObject): Steps<void> {
  return mergeKeysInto(config, upper, mergeTopLevel, new Pace())
}

const nullFree = new WeakMap<JsonObject, JsonObject>()

/**
 * The lowest layer, without its nulls: they remove keys, and there are none below. A layer without nulls is
 * returned as it is.
 */
export function* withoutNulls(lowest: JsonObject): Steps<JsonObject> {
  let merged = nullFree.get(lowest)
  if (merged === undefined) {
    merged = (yield* holdsNull(lowest, new Pace())) ? yield* mergeLayer({}, lowest) : lowest
    nullFree.set(lowest, merged)
  }
  return merged
}

/** Nulls in arrays do not count: an array is replaced as a whole. */
function* holdsNull(object: JsonObject, pace: Pace): Steps<boolean> {
  for (const key of Object.keys(object)) {
    const value = object[key] as JsonValue
    if (value === null) return true
    if (isPlainObject(value) && (yield* holdsNull(value, pace))) return true
    if (pace.isDue()) yield
  }
  return false
}

/** Merges a value; undefined where `upper` takes the place of `lower`. */
type Merge = (lower: JsonValue | undefined, upper: JsonValue, pace: Pace) => Steps<JsonObject> | undefined

function mergeTopLevel(lower: JsonValue | undefined, upper: JsonValue, pace: Pace): ReturnType<Merge> {
  return isFlag(lower) && isFlag(upper) ? mergeFlag(lower, upper, pace) : mergeValue(lower, upper, pace)
}

function mergeValue(lower: JsonValue | undefined, upper: JsonValue, pace: Pace): ReturnType<Merge> {
  if (!isPlainObject(upper)) return undefined
  return mergeKeys(isPlainObject(lower) ? lower : {}, upper, mergeValue, pace)
}

function* mergeKeys(lower: JsonObject, upper: JsonObject, merge: Merge, pace: Pace): Steps<JsonObject> {
  const merged = yield* copyInSteps(lower, Object.keys(lower), pace)
  yield* mergeKeysInto(merged, upper, merge, pace)
  return Object.freeze(merged)
}

function* mergeKeysInto(
  merged: Record<string, JsonValue>,
  upper: JsonObject,
  merge: Merge,
  pace: Pace,
): Steps<void> {
  for (const key of Object.keys(upper)) {
    const value = upper[key] as JsonValue
    if (value === null) delete merged[key]
    else {
      const merging = merge(ownValue(merged, key), value, pace)
      merged[key] = merging ? yield* merging : value
    }
    if (pace.isDue()) yield
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

function mergeFlag(lower: JsonObject | boolean, upper: JsonObject | boolean, pace: Pace): ReturnType<Merge> {
  // A boolean over a boolean stays a boolean; over an object it keeps the object's shape, for schemas.
  if (typeof lower === 'boolean') return mergeValue({}, upper, pace)
  const decides: JsonObject = typeof upper === 'boolean' ? { enabled: upper } : upper
  return mergeKeys(isBasic(lower) && isBasic(decides) ? withoutEnabled(lower) : {}, decides, mergeValue, pace)
}

function withoutEnabled({ enabled: _enabled, ...attributes }: JsonObject): JsonObject {
  return attributes
}
