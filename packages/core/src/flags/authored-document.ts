/**
 * Feature flags as they are written: the authored form of an `AWS.AppConfig.FeatureFlags` profile.
 *
 * `{ version: "1", flags: { key: definition }, values: { key: value } }` becomes what requests see:
 * flags by key, a disabled one without attributes, variants with their rules. Values are held to the
 * constraints of their definitions; errors point at the place.
 *
 * Source: the AppConfig user guide, type reference of feature flags.
 *
 * @module
 */
import { RE2JS } from 're2js'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'

const KEY = /^[a-z][a-zA-Z\d_-]{0,63}$/
const MEMBERS = ['$schema', 'version', 'flags', 'values']

/** Whether a document is of that form: all of its members, and no others. */
export function isAuthoredFlags(document: JsonValue): document is JsonObject {
  return (
    isPlainObject(document) &&
    document['version'] === '1' &&
    isPlainObject(document['flags']) &&
    isPlainObject(document['values']) &&
    Object.keys(document).every((key) => MEMBERS.includes(key))
  )
}

/**
 * The flags of a document as requests see them; any other document as it is.
 *
 * @throws {Error} that names the place.
 */
export function readFlags(document: JsonValue): JsonValue {
  if (!isAuthoredFlags(document)) return document
  const definitions = document['flags'] as JsonObject
  return Object.fromEntries(
    Object.entries(document['values'] as JsonObject).map(([key, value]) => {
      if (!KEY.test(key)) throw new Error(`values.${key}: a flag's key matches ${KEY}`)
      if (!isPlainObject(value)) throw new Error(`values.${key} must be an object`)
      return [key, readFlag(`values.${key}`, attributesOf(ownValue(definitions, key)), value)]
    }),
  )
}

function attributesOf(definition: JsonValue | undefined): JsonObject {
  const attributes = isPlainObject(definition) ? definition['attributes'] : undefined
  return isPlainObject(attributes) ? attributes : {}
}

function readFlag(place: string, attributes: JsonObject, value: JsonObject): JsonObject {
  const { _createdAt, _updatedAt, _variants: variants, enabled, ...values } = value
  if (variants === undefined) {
    if (typeof enabled !== 'boolean') throw new Error(`${place}.enabled must be true or false`)
    checkAttributes(place, attributes, values)
    return enabled ? { enabled, ...values } : { enabled }
  }
  if (enabled !== undefined) throw new Error(`${place} must not hold enabled beside _variants`)
  if (!Array.isArray(variants)) throw new Error(`${place}._variants must be a list`)
  for (const [at, variant] of variants.entries()) {
    const given = isPlainObject(variant) ? (variant['attributeValues'] ?? {}) : {}
    if (isPlainObject(given)) checkAttributes(`${place}._variants.${at}.attributeValues`, attributes, given)
  }
  return variants.length === 0 ? { enabled: false } : { _variants: variants }
}

function checkAttributes(place: string, definitions: JsonObject, values: JsonObject): void {
  for (const [name, definition] of Object.entries(definitions)) {
    const constraints = isPlainObject(definition) ? definition['constraints'] : undefined
    if (!isPlainObject(constraints)) continue
    const value = ownValue(values, name)
    const problem = value === undefined ? missing(constraints) : problemOf(constraints, value)
    if (problem) throw new Error(`${place}.${name} ${problem}`)
  }
  for (const name of Object.keys(values)) {
    if (Object.keys(definitions).length > 0 && !Object.hasOwn(definitions, name))
      throw new Error(`${place}.${name} has no definition`)
  }
}

function missing({ required }: JsonObject): string | undefined {
  return required === true ? 'is required' : undefined
}

/** What is wrong with a value, never the value itself. */
function problemOf(constraints: JsonObject, value: JsonValue): string | undefined {
  const { type, minimum, maximum, elements } = constraints
  if (type === 'array') {
    if (!Array.isArray(value)) return 'must be a list'
    const wrong = isPlainObject(elements)
      ? value.findIndex((item) => problemOf(elements, item) !== undefined)
      : -1
    return wrong < 0
      ? undefined
      : `: item ${wrong} ${problemOf(elements as JsonObject, value[wrong] as JsonValue)}`
  }
  if (typeof type === 'string' && typeof value !== type) return `must be a ${type}`
  if (typeof value === 'number') {
    if (typeof minimum === 'number' && value < minimum) return `must be at least ${minimum}`
    if (typeof maximum === 'number' && value > maximum) return `must be at most ${maximum}`
  }
  return typeof value === 'string' ? problemOfText(constraints, value) : undefined
}

function problemOfText({ pattern, enum: allowed }: JsonObject, value: string): string | undefined {
  if (Array.isArray(allowed) && !allowed.includes(value)) return `must be one of ${allowed.join(', ')}`
  if (typeof pattern === 'string' && !RE2JS.compile(pattern).matcher(value).find())
    return `must match ${pattern}`
  return undefined
}
