/**
 * JSON values, and freezing them so that requests can share them.
 *
 * @module
 */

import { isRecord } from './realms.ts'

/** Any JSON value, read-only. */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject
/** An object of a document: read-only, since documents are frozen. */
export interface JsonObject {
  readonly [key: string]: JsonValue
}

/** Whether a value is an object of keys and values: no array, and no instance of a class. */
export function isPlainObject(value: unknown): value is JsonObject {
  return isRecord(value)
}

/** The value under `key` if the object itself has it; `constructor` and the like are not inherited. */
export function ownValue(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * A shallow copy of an object, to be changed.
 *
 * Key by key: of a frozen object that is faster than a spread. Copies that get the same keys later share V8's
 * hidden class; each that begins as a spread gets its own, of 500 bytes.
 */
export function copyOf(object: JsonObject): Record<string, JsonValue> {
  const copy: Record<string, JsonValue> = {}
  for (const key of Object.keys(object)) copy[key] = object[key] as JsonValue
  return copy
}

/** The value of a JSON text; undefined for any other text. */
export function jsonOrUndefined(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Deeper than any configuration a person would write; recursion this deep is harmless. */
const DEEPEST = 64

/** Counted as a tree, since YAML's aliases can make a small text a huge value. */
const MOST_VALUES = 1_000_000

/** A value that is not JSON: why, and where. */
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
 * Checks that `value` is JSON, and freezes it all the way down.
 *
 * @throws {NotJsonError} if it is too deep, too large, holds something that is not JSON, or the key
 * `__proto__`, which would pollute objects it is copied into.
 */
export function freezeJson<T>(value: T): T {
  const fault = freezeAll(value, { seen: 0 }, 0)
  if (fault === undefined) return value
  const path = fault.upwards.reverse()
  // The beginning of a long path says enough.
  throw new NotJsonError(fault.code, fault.code === 'TOO_DEEP' ? path.slice(0, 1) : path, fault.problem)
}

interface Fault {
  readonly code: NotJsonError['code']
  readonly problem: string
  /** The keys that lead there, the last one first: they are collected while the recursion returns. */
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
  if (Array.isArray(part)) return freezeList(part, count, depth)
  if (!isPlainObject(part)) return refused('VALUE_REFUSED', 'is not a JSON value')
  for (const key of Object.keys(part)) {
    if (key === '__proto__') return refused('KEY_REFUSED', 'has a key "__proto__"')
    const fault = freezeAll(part[key], count, depth + 1)
    if (fault !== undefined) return below(key, fault)
  }
  Object.freeze(part)
  return undefined
}

/** By index: the keys of a list would be as many texts. */
function freezeList(list: readonly unknown[], count: { seen: number }, depth: number): Fault | undefined {
  for (let at = 0; at < list.length; at++) {
    const fault = freezeAll(list[at], count, depth + 1)
    if (fault !== undefined) return below(String(at), fault)
  }
  Object.freeze(list)
  return undefined
}

function below(key: string, fault: Fault): Fault {
  if (fault.code !== 'TOO_MANY_VALUES') fault.upwards.push(key)
  return fault
}

function refused(code: Fault['code'], problem: string): Fault {
  return { code, problem, upwards: [] }
}
