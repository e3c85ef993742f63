/**
 * Values as JSON knows them, and what makes one safe to share between requests.
 *
 * @module
 */

import { isRecord } from './realms.ts'

/** What a document may hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** An object of keys and values: not an array, not a class's instance. */
export function isPlainObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

/** The value under `key` if the object itself has it; `constructor` and the like are not inherited. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * A copy of an object's own members, to be changed.
 *
 * Key by key: of a frozen object that is faster than a spread, and copies that get the same keys later share V8's
 * hidden class, where each that began as a spread gets one of its own, of 500 bytes.
 */
export function copyOf(object: JsonObject): Record<string, JsonValue> {
  const copy: Record<string, JsonValue> = {}
  for (const key of Object.keys(object)) copy[key] = object[key] as JsonValue
  return copy
}

/** The value of a JSON text; undefined for what is none. */
export function jsonOrUndefined(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Deeper than any configuration a person would write; recursion this deep is harmless. */
const DEEPEST = 64

/** Counted as a tree: YAML's aliases can make a small text a huge one. */
const MOST_VALUES = 1_000_000

/** What makes a value none of JSON's, and where. */
export class NotJsonError extends Error {
  readonly code: 'TOO_DEEP' | 'TOO_MANY_VALUES' | 'VALUE_REFUSED' | 'KEY_REFUSED'
  readonly path: readonly string[]
  /** The rest of a sentence that begins with the place. */
  readonly problem: string

  constructor(code: NotJsonError['code'], path: readonly string[], problem: string) {
    super(`${path.length === 0 ? 'the document' : path.join('.')} ${problem}`)
    this.code = code
    this.path = path
    this.problem = problem
  }
}

/**
 * Freezes `value` all the way down, having seen that it is JSON and nothing else.
 *
 * @throws {NotJsonError} where it is too deep, too large, holds something JSON can't, or the key `__proto__`, which
 * would pollute whatever it is copied into.
 */
export function freezeJson<T>(value: T): T {
  let seen = 0
  const path: string[] = []
  function visit(part: unknown): void {
    if (++seen > MOST_VALUES)
      throw new NotJsonError('TOO_MANY_VALUES', [], `has more than ${MOST_VALUES} values`)
    // Of a long path, the beginning says enough.
    if (path.length > DEEPEST)
      throw new NotJsonError('TOO_DEEP', path.slice(0, 1), `is nested more than ${DEEPEST} levels deep`)
    if (typeof part === 'number' && !Number.isFinite(part))
      throw new NotJsonError('VALUE_REFUSED', [...path], 'is not a finite number')
    if (part === null || typeof part === 'boolean' || typeof part === 'number' || typeof part === 'string')
      return
    if (!Array.isArray(part) && !isPlainObject(part))
      throw new NotJsonError('VALUE_REFUSED', [...path], 'is not a JSON value')
    for (const key of Object.keys(part)) {
      if (key === '__proto__') throw new NotJsonError('KEY_REFUSED', [...path], 'has a key "__proto__"')
      path.push(key)
      visit((part as JsonObject)[key])
      path.pop()
    }
    Object.freeze(part)
  }
  visit(value)
  return value
}
