/**
 * The values that a test gives, and what becomes of them: documents, as they would arrive from AppConfig.
 *
 * @module
 */
import { OptionsError, quoted } from '../errors.ts'
import { freezeJson, isPlainObject, type JsonObject, type JsonValue, NotJsonError } from '../json.ts'
import type { FlagKey, RegisteredConfig } from '../types.ts'

/** A flag with variants and their rules, as a document holds it. */
export interface TestFlag {
  readonly enabled?: boolean
  /** Top to bottom; the last one has no rule. */
  readonly _variants: readonly {
    readonly name: string
    readonly enabled: boolean
    readonly rule?: string
    readonly attributeValues?: Readonly<Record<string, unknown>>
  }[]
}

/**
 * The keys of a configuration that tests use, each with a value of its type, or a flag with variants. A key
 * with undefined is known and has no value.
 */
export type TestValues<Config = RegisteredConfig> = {
  readonly [Key in keyof Config]?: Config[Key] | (Key extends FlagKey<Config> ? TestFlag : never) | undefined
}

/**
 * A change of values, as a layer above would make it: objects merge key by key, all else is replaced. `null`
 * and undefined remove a key. A flag with attributes takes `true` and `false`, too.
 */
export type TestPatch<Config = RegisteredConfig> = {
  readonly [Key in keyof Config]?:
    | Patch<Config[Key]>
    | (Key extends FlagKey<Config> ? TestFlag | boolean : never)
    | null
    | undefined
}

type Patch<Value> = Value extends readonly unknown[]
  ? Value
  : Value extends object
    ? { readonly [Key in keyof Value]?: Patch<Value[Key]> | null | undefined }
    : Value

/**
 * Values as a document: a frozen copy, so that later changes of the caller's object have no effect. Undefined
 * becomes null, which removes the key.
 *
 * @param of the function that got the values, for the error's text.
 * @throws {OptionsError} `OPTIONS_INVALID` for what JSON can't hold; it names the place.
 */
export function toDocument(of: string, values: unknown): JsonObject {
  if (!isPlainObject(values)) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `${of} takes an object with keys of the configuration, got ${quoted(values)}`,
    )
  }
  try {
    return freezeJson(copyOfObject(values))
  } catch (error) {
    if (error instanceof OptionsError || !(error instanceof NotJsonError)) throw error
    throw new OptionsError('OPTIONS_INVALID', `${of}: ${error.message}. Give what JSON can hold`)
  }
}

/** What is neither a list nor a plain object is left to `freezeJson`, which names its place. */
function copyOfValue(value: unknown, depth: number): JsonValue {
  if (value === undefined) return null
  // A circle would have no end; `freezeJson` refuses what is this deep.
  if (depth > 100) return value as JsonValue
  if (Array.isArray(value))
    return value.map((item) => (item === undefined ? item : copyOfValue(item, depth + 1)))
  return isPlainObject(value) ? copyOfObject(value, depth) : (value as JsonValue)
}

function copyOfObject(object: JsonObject, depth = 0): JsonObject {
  const copy: Record<string, JsonValue> = Object.create(null)
  for (const key of Object.keys(object)) copy[key] = copyOfValue(object[key], depth + 1)
  return copy
}
