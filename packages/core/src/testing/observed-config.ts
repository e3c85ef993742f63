/**
 * A configuration whose flags note that they were read.
 *
 * Flags are getters, own and enumerable, so that spread, JSON and `structuredClone` see what they see of a
 * configuration in production. There is no other way to notice `req.config.featureA`.
 *
 * @module
 */
import { noteOn, notesOf } from '../config-notes.ts'
import { isFlagObject, stateOf } from '../flags/flag.ts'
import { isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import type { View } from '../views/view.ts'
import { sidesOf } from './flag-reads.ts'

/**
 * What a request sees of a snapshot.
 *
 * @param view of the request, where variants are chosen for each.
 */
export function observedConfig(snapshot: JsonValue, view: View | undefined): JsonValue {
  if (!isPlainObject(snapshot)) return snapshot
  const config: Record<string, JsonValue> = {}
  for (const key of Object.keys(snapshot)) {
    const value = snapshot[key] as JsonValue
    if (isFlag(value)) Object.defineProperty(config, key, flagProperty(key, snapshot, view))
    else config[key] = value
  }
  // Without it `console.log` would print getters instead of values.
  Object.defineProperty(config, INSPECT, { value: () => view?.config ?? snapshot })
  const notes = notesOf(snapshot)
  if (notes) noteOn(config, notes)
  return Object.freeze(config)
}

/** What `util.inspect` asks for. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom')

function isFlag(value: JsonValue): boolean {
  return typeof value === 'boolean' || isFlagObject(value)
}

function flagProperty(key: string, snapshot: JsonObject, view: View | undefined): PropertyDescriptor {
  const sides = sidesOf(key)
  return {
    enumerable: true,
    get() {
      const value = view === undefined ? snapshot[key] : view.valueOf(key)
      sides.add(stateOf(value) === true ? 'on' : 'off')
      return value
    },
  }
}
