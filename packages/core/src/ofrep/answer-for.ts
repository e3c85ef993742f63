/**
 * What OpenFeature's types are in a configuration: a pure mapping, without the SDK.
 *
 * @module
 */
import { isFlagObject } from '../flags/flag.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import { type Seen, valueSeen } from '../views/seen.ts'

/** The types that OpenFeature asks for. */
export type FlagType = 'boolean' | 'string' | 'number' | 'object'

/** What a key holds for one request. */
export type Answer =
  | { readonly kind: 'value'; readonly value: JsonValue; readonly variant?: string }
  /** The flag is off and holds no value of the type: the caller's default stands in. Only where a type is asked for. */
  | { readonly kind: 'disabled'; readonly variant?: string }
  | { readonly kind: 'absent' }
  | { readonly kind: 'mismatch'; readonly held: string }

/**
 * Looks a key up: the key itself, else a path such as `checkout.limit` into what its first part holds.
 *
 * A flag that is off is `false` for whoever asks for a boolean, also by a path: a default of `true` must not switch it on.
 *
 * @param type undefined where the caller's is not known: a flag that is off is `false` then, too, whatever it holds while
 * it is on.
 */
export function answerFor(seen: Seen, key: string, type: FlagType | undefined): Answer {
  const { top, path } = placeOf(seen, key)
  const held = valueSeen(seen, top)
  if (held === undefined) return { kind: 'absent' }
  if (!isFlagObject(held)) return typed(at(held, path), type, {})
  const name = held['_variant']
  const variant = typeof name === 'string' ? { variant: name } : {}
  if (held['enabled'] !== true) {
    if (type !== 'boolean' && type !== undefined) return { kind: 'disabled', ...variant }
    return { kind: 'value', value: false, ...variant }
  }
  const payload = path.length > 0 ? at(held, path) : payloadOf(held, type)
  return typed(payload, type, variant)
}

/** The first part of a key: all of it, if there is such a key. */
export function topKeyOf(seen: Seen, key: string): string {
  return placeOf(seen, key).top
}

function placeOf(seen: Seen, key: string): { readonly top: string; readonly path: readonly string[] } {
  if (!key.includes('.') || valueSeen(seen, key) !== undefined) return { top: key, path: [] }
  const [top = key, ...path] = key.split('.')
  return { top, path }
}

function at(held: JsonValue, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = held
  for (const part of path) {
    const isObject: boolean = typeof found === 'object' && found !== null && !Array.isArray(found)
    found = isObject ? own(found as JsonObject, part) : undefined
  }
  return found
}

/** A flag with the attribute `value` has the type of that; one without is a boolean, and its attributes an object. */
function payloadOf(flag: JsonObject, type: FlagType | undefined): JsonValue | undefined {
  if (Object.hasOwn(flag, 'value')) return flag['value']
  if (type !== 'object') return true
  const { enabled: _enabled, _variant, ...attributes } = flag
  return attributes
}

function typed(
  value: JsonValue | undefined,
  type: FlagType | undefined,
  variant: { readonly variant?: string },
): Answer {
  if (value === undefined || value === null) return { kind: 'absent' }
  const held = typeof value
  return type === undefined || held === type
    ? { kind: 'value', value, ...variant }
    : { kind: 'mismatch', held }
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
