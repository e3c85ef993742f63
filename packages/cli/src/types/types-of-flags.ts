/**
 * The types of a flags document, as AppConfig serves it: from the constraints of its definitions, and
 * from its values where there are none.
 *
 * Which variant is on at the moment does not matter. A flag without a value is not served, so it may be
 * missing.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from '../documents/json.ts'
import {
  BOOLEAN,
  type FlagType,
  listOf,
  type Member,
  type Note,
  NUMBER,
  TEXT,
  type TypeNode,
  unionOf,
} from './type-node.ts'
import { attributesOf, typeOfAll } from './types-of-values.ts'

/** The type of an attribute without constraints. */
const ANY_ATTRIBUTE: TypeNode = unionOf([TEXT, NUMBER, BOOLEAN, listOf(TEXT), listOf(NUMBER)])

/** @param document without problems: `flagProblems` finds none. */
export function typesOfFlags(document: JsonObject): readonly Member[] {
  const definitions = objectAt(document, 'flags')
  const values = objectAt(document, 'values')
  const keys = new Set([...Object.keys(definitions), ...Object.keys(values)])
  return [...keys].map((key) => {
    const definition = objectAt(definitions, key)
    const type = typeOfFlag(objectAt(definition, 'attributes'), objectAt(values, key))
    return { key, type, optional: !Object.hasOwn(values, key), note: noteOf(definition) }
  })
}

function typeOfFlag(definitions: JsonObject, value: JsonObject): FlagType {
  const { _createdAt, _updatedAt, _variants: _, enabled: __, ...attributes } = value
  const variants = Array.isArray(value['_variants']) ? value['_variants'].filter(isPlainObject) : []
  const given =
    variants.length === 0 ? [attributes] : variants.map((variant) => objectAt(variant, 'attributeValues'))
  const names = Object.keys(definitions)
  return {
    kind: 'flag',
    attributes: [
      ...names.map((name) => attributeOf(name, objectAt(definitions, name), given)),
      ...attributesOf(given).filter(({ key }) => !names.includes(key)),
    ],
    variants: variants.map(({ name }) => String(name)),
  }
}

function attributeOf(key: string, definition: JsonObject, given: readonly JsonObject[]): Member {
  const constraints = objectAt(definition, 'constraints')
  return {
    key,
    type: typeOfConstraints(constraints) ?? typeOfGiven(key, given),
    optional: constraints['required'] !== true,
    note: noteOf({ description: definition['description'] ?? null }),
  }
}

function typeOfGiven(key: string, given: readonly JsonObject[]): TypeNode {
  const values = given.filter((each) => Object.hasOwn(each, key)).map((each) => each[key] as JsonValue)
  return values.length === 0 ? ANY_ATTRIBUTE : typeOfAll(values)
}

function typeOfConstraints({ type, enum: allowed, elements }: JsonObject): TypeNode | undefined {
  if (type === 'number') return NUMBER
  if (type === 'boolean') return BOOLEAN
  if (type === 'array')
    return (
      (isPlainObject(elements) ? maybeList(typeOfConstraints(elements)) : undefined) ??
      unionOf([listOf(TEXT), listOf(NUMBER)])
    )
  if (type !== 'string') return undefined
  const texts = Array.isArray(allowed) ? allowed.filter((each) => typeof each === 'string') : []
  return texts.length === 0 ? TEXT : unionOf(texts.map((value) => ({ kind: 'literal', value })))
}

function maybeList(items: TypeNode | undefined): TypeNode | undefined {
  return items && listOf(items)
}

function noteOf({ name, description, _deprecation: deprecation }: JsonObject): Note {
  const date = isPlainObject(deprecation) ? deprecation['date'] : undefined
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof description === 'string' ? { description } : {}),
    ...(isPlainObject(deprecation)
      ? { deprecated: typeof date === 'string' ? `planned for ${date}` : '' }
      : {}),
  }
}
