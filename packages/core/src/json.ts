/**
 * JSON values, and freezing them so that requests can share them.
 *
 * @module
 */

import { isRecord } from './realms.ts'
import type { Pace, Steps } from './turns.ts'

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

/** The same in steps, of these keys. */
export function* copyInSteps(
  object: JsonObject,
  keys: readonly string[],
  pace: Pace,
): Steps<Record<string, JsonValue>> {
  const copy: Record<string, JsonValue> = {}
  for (const key of keys) {
    copy[key] = object[key] as JsonValue
    if (pace.isDue()) yield
  }
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
export const DEEPEST = 64

/** Counted as a tree, since YAML's aliases can make a small text a huge value. */
const MOST_VALUES = 1_000_000

/** Of one object: V8 takes about 30 ms to make room for one key more, and as long to list them. */
export const MOST_KEYS = 100_000

/** A value that is not JSON: why, and where. */
export class NotJsonError extends Error {
  readonly code:
    | 'TOO_DEEP'
    | 'TOO_MANY_VALUES'
    | 'TOO_MANY_KEYS'
    | 'TOO_COSTLY'
    | 'VALUE_REFUSED'
    | 'KEY_REFUSED'
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
  new JsonFreezer().freeze(value, [])
  return value
}

/** Checks and freezes the parts of one value, which may be made part by part. */
export class JsonFreezer {
  readonly #mostCharacters: number
  #values = 0
  #characters = 0

  /** @param mostCharacters of all keys and texts together, which may be one text in many places. */
  constructor(mostCharacters: number = Number.POSITIVE_INFINITY) {
    this.#mostCharacters = mostCharacters
  }

  /**
   * Checks a part, and freezes it all the way down.
   *
   * @param path the keys that lead to the part, or to what holds it.
   * @param key of the part in what holds it.
   * @throws {NotJsonError} as {@link freezeJson} does.
   */
  freeze(part: unknown, path: readonly string[], key?: string | number): void {
    const fault = this.#freezeAll(part, path.length + (key === undefined ? 0 : 1))
    if (fault !== undefined) throw errorOf(fault, key === undefined ? path : [...path, String(key)])
  }

  /** @throws {NotJsonError} if an object or list that holds parts is too deep, or one value too many. */
  count(path: readonly string[]): void {
    const fault = this.#countOne(path.length)
    if (fault !== undefined) throw errorOf(fault, path)
  }

  #countOne(depth: number): Fault | undefined {
    if (++this.#values > MOST_VALUES) return refused('TOO_MANY_VALUES', `has more than ${MOST_VALUES} values`)
    return depth > DEEPEST ? refused('TOO_DEEP', `is nested more than ${DEEPEST} levels deep`) : undefined
  }

  #countCharacters({ length }: string): Fault | undefined {
    this.#characters += length
    return this.#characters > this.#mostCharacters
      ? refused('TOO_COSTLY', `has more than ${this.#mostCharacters} characters with its aliases written out`)
      : undefined
  }

  #freezeAll(part: unknown, depth: number): Fault | undefined {
    const excess = this.#countOne(depth)
    if (excess !== undefined) return excess
    if (typeof part === 'string') return this.#countCharacters(part)
    if (part === null || typeof part === 'boolean') return undefined
    if (typeof part === 'number')
      return Number.isFinite(part) ? undefined : refused('VALUE_REFUSED', 'is not a finite number')
    if (Array.isArray(part)) return this.#freezeList(part, depth)
    if (!isPlainObject(part)) return refused('VALUE_REFUSED', 'is not a JSON value')
    const keys = Object.keys(part)
    if (keys.length > MOST_KEYS) return TOO_MANY_KEYS
    for (const key of keys) {
      if (key === PROTO) return PROTO_REFUSED
      const fault = this.#countCharacters(key) ?? this.#freezeAll(part[key], depth + 1)
      if (fault !== undefined) return below(key, fault)
    }
    Object.freeze(part)
    return undefined
  }

  /** By index: the keys of a list would be as many texts. */
  #freezeList(list: readonly unknown[], depth: number): Fault | undefined {
    for (let at = 0; at < list.length; at++) {
      const fault = this.#freezeAll(list[at], depth + 1)
      if (fault !== undefined) return below(String(at), fault)
    }
    Object.freeze(list)
    return undefined
  }
}

/** @throws {NotJsonError} if an object that is made key by key can't have that many, or that one. */
export function checkKey(key: string, keys: number, path: readonly string[]): void {
  if (key === PROTO) throw errorOf(PROTO_REFUSED, path)
  if (keys > MOST_KEYS) throw errorOf(TOO_MANY_KEYS, path)
}

interface Fault {
  readonly code: NotJsonError['code']
  readonly problem: string
  /** The keys that lead there, the last one first: they are collected while the recursion returns. */
  readonly upwards: readonly string[]
}

const PROTO = '__proto__'
const PROTO_REFUSED = refused('KEY_REFUSED', 'has a key "__proto__"')
const TOO_MANY_KEYS = refused(
  'TOO_MANY_KEYS',
  `has more than ${MOST_KEYS} keys: group them in objects, or share them among documents`,
)

function below(key: string, fault: Fault): Fault {
  return { ...fault, upwards: [...fault.upwards, key] }
}

function refused(code: Fault['code'], problem: string): Fault {
  return { code, problem, upwards: [] }
}

function errorOf({ code, problem, upwards }: Fault, above: readonly string[]): NotJsonError {
  const path =
    code === 'TOO_MANY_VALUES' || code === 'TOO_COSTLY' ? [] : [...above, ...[...upwards].reverse()]
  // The beginning of a long path says enough.
  return new NotJsonError(code, code === 'TOO_DEEP' ? path.slice(0, 1) : path, problem)
}
