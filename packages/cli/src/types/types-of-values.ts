/**
 * The types of a document that is served as written, from its values.
 *
 * A value stands for its kind: `5` is a number. What a list holds is one type for all its items.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from '../documents/json.ts'
import {
  BOOLEAN,
  listOf,
  type Member,
  NULL,
  NUMBER,
  TEXT,
  type TypeNode,
  UNKNOWN,
  unionOf,
} from './type-node.ts'

/** The members of a freeform document. */
export function typesOfValues(document: JsonObject): readonly Member[] {
  return Object.entries(document).map(([key, value]) => ({
    key,
    type: typeOfMember(value),
    optional: false,
  }))
}

function typeOfMember(value: JsonValue): TypeNode {
  if (!isPlainObject(value)) return typeOfAll([value])
  const { _variants: variants, enabled, ...attributes } = value
  if (Array.isArray(variants)) return typeOfVariants(variants)
  if (typeof enabled !== 'boolean') return typeOfAll([value])
  // An attribute may be missing while the flag is off, if this is what AppConfig has served once.
  return { kind: 'flag', attributes: attributesOf([attributes]), variants: [] }
}

function typeOfVariants(variants: readonly JsonValue[]): TypeNode {
  const all = variants.filter(isPlainObject)
  return {
    kind: 'flag',
    attributes: attributesOf(all.map((variant) => objectAt(variant, 'attributeValues'))),
    variants: all.map(({ name }) => String(name)),
  }
}

/** The attributes of all these objects, each optional, without those that the evaluator adds. */
export function attributesOf(given: readonly JsonObject[]): readonly Member[] {
  return membersOf(given)
    .filter(({ key }) => key !== 'enabled' && key !== '_variant')
    .map((attribute) => ({ ...attribute, optional: true }))
}

/** One type for all these values. */
export function typeOfAll(values: readonly JsonValue[]): TypeNode {
  const lists = values.filter((value): value is readonly JsonValue[] => Array.isArray(value))
  const objects = values.filter(isPlainObject)
  return unionOf([
    ...values.flatMap(typeOfSimple),
    ...(lists.length === 0 ? [] : [typeOfList(lists.flat())]),
    ...(objects.length === 0 ? [] : [typeOfObjects(objects)]),
  ])
}

function typeOfSimple(value: JsonValue): readonly TypeNode[] {
  if (typeof value === 'string') return [TEXT]
  if (typeof value === 'number') return [NUMBER]
  if (typeof value === 'boolean') return [BOOLEAN]
  return value === null ? [NULL] : []
}

function typeOfList(items: readonly JsonValue[]): TypeNode {
  return listOf(items.length === 0 ? UNKNOWN : typeOfAll(items))
}

function typeOfObjects(objects: readonly JsonObject[]): TypeNode {
  const members = membersOf(objects)
  return members.length === 0 ? { kind: 'object', members, rest: UNKNOWN } : { kind: 'object', members }
}

function membersOf(objects: readonly JsonObject[]): readonly Member[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))].map((key) => {
    const having = objects.filter((object) => Object.hasOwn(object, key))
    return {
      key,
      type: typeOfAll(having.map((object) => object[key] as JsonValue)),
      optional: having.length < objects.length,
    }
  })
}
