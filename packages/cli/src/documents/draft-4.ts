/**
 * JSON Schema of draft 4, which is all that AppConfig's validators read: what later drafts brought is
 * ignored by them, whatever `$schema` says.
 *
 * @module
 */

import { isPlainObject, type JsonObject, type JsonValue } from './json.ts'
import type { Problem } from './problem.ts'

/** Words whose value is a schema, or for `items` a list of schemas. */
const SCHEMA = ['additionalItems', 'additionalProperties', 'items', 'not']
const LISTS_OF_SCHEMAS = ['allOf', 'anyOf', 'oneOf']
/** Words whose value has schemas under keys of its own. `$defs` is only ever pointed into. */
const MAPS_OF_SCHEMAS = ['properties', 'patternProperties', 'definitions', 'dependencies', '$defs']
const OTHERS = [
  ...['$ref', '$schema', 'default', 'description', 'enum', 'exclusiveMaximum', 'exclusiveMinimum', 'format'],
  ...['id', 'maxItems', 'maxLength', 'maxProperties', 'maximum', 'minItems', 'minLength', 'minProperties'],
  ...['minimum', 'multipleOf', 'pattern', 'required', 'title', 'type', 'uniqueItems'],
]
/** Words of later drafts that forbid nothing, so that nothing is lost where they are ignored. */
const ANNOTATIONS = [
  ...['$comment', '$id', '$anchor', '$vocabulary', 'contentEncoding', 'contentMediaType', 'contentSchema'],
  ...['deprecated', 'examples', 'readOnly', 'writeOnly'],
]

const KNOWN = [...SCHEMA, ...LISTS_OF_SCHEMAS, ...MAPS_OF_SCHEMAS, ...OTHERS]

/** The schema as AppConfig reads it, and what it ignores. */
export interface Draft4 {
  readonly schema: JsonObject
  readonly problems: readonly Problem[]
}

/** Takes out what draft 4 does not know. Words that begin with `x-` are extensions. */
export function asDraft4(schema: JsonObject): Draft4 {
  const problems: Problem[] = []
  return { schema: known(schema, '', problems), problems }
}

function known(schema: JsonObject, place: string, problems: Problem[]): JsonObject {
  const entries = Object.entries(schema).flatMap(([word, value]): [string, JsonValue][] => {
    if (KNOWN.includes(word)) return [[word, knownWithin(word, value, join(place, word), problems)]]
    if (!ANNOTATIONS.includes(word) && !word.startsWith('x-')) problems.push(unknownWord(word, place))
    return []
  })
  return Object.fromEntries(entries)
}

function knownWithin(word: string, value: JsonValue, place: string, problems: Problem[]): JsonValue {
  const schemaOr = (each: JsonValue, at: string): JsonValue =>
    isPlainObject(each) ? known(each, at, problems) : each
  if (Array.isArray(value)) {
    if (word !== 'items' && !LISTS_OF_SCHEMAS.includes(word)) return value
    return (value as readonly JsonValue[]).map((each, at) => schemaOr(each, join(place, String(at))))
  }
  if (SCHEMA.includes(word)) return schemaOr(value, place)
  if (!MAPS_OF_SCHEMAS.includes(word) || !isPlainObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, schemaOr(each, join(place, key))]),
  )
}

function unknownWord(word: string, place: string): Problem {
  return { place, problem: `draft 4 does not know "${word}", so AppConfig ignores it` }
}

function join(place: string, part: string): string {
  return place === '' ? part : `${place}.${part}`
}
