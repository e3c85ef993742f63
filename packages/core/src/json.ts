/**
 * Values as JSON knows them, and what makes one safe to share between requests.
 *
 * @module
 */

import { isRecord } from './realms.ts'

/** What a document may hold. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/** An object of a document: read-only, since documents are frozen. */
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
  const fault = freezeAll(value, { seen: 0 }, 0)
  if (fault === undefined) return value
  const path = fault.upwards.reverse()
  // Of a long path, the beginning says enough.
  throw new NotJsonError(fault.code, fault.code === 'TOO_DEEP' ? path.slice(0, 1) : path, fault.problem)
}

interface Fault {
  readonly code: NotJsonError['code']
  readonly problem: string
  /** The keys that lead there, the last one first: they are collected on the way back, which a sound document never goes. */
  readonly upwards: string[]
}

function freezeAll(part: unknown, count: { seen: number }, depth: number): Fault | undefined {
  if (++count.seen > MOST_VALUES)
    return { code: 'TOO_MANY_VALUES', problem: `has more than ${MOST_VALUES} values`, upwards: [] }
  if (depth > DEEPEST)
    return { code: 'TOO_DEEP', problem: `is nested more than ${DEEPEST} levels deep`, upwards: [] }
  if (part === null || typeof part === 'string' || typeof part === 'boolean') return undefined
  if (typeof part === 'number')
    return Number.isFinite(part) ? undefined : refused('VALUE_REFUSED', 'is not a finite number')
  if (!Array.isArray(part) && !isPlainObject(part)) return refused('VALUE_REFUSED', 'is not a JSON value')
  for (const key of Object.keys(part)) {
    if (key === '__proto__') return refused('KEY_REFUSED', 'has a key "__proto__"')
    const fault = freezeAll((part as JsonObject)[key], count, depth + 1)
    if (fault === undefined) continue
    if (fault.code !== 'TOO_MANY_VALUES') fault.upwards.push(key)
    return fault
  }
  Object.freeze(part)
  return undefined
}

function refused(code: Fault['code'], problem: string): Fault {
  return { code, problem, upwards: [] }
}
