/**
 * The types a JSON Schema describes, draft 4 as AppConfig takes it.
 *
 * What a type cannot say (patterns, bounds, `not`) is left out: a type is never narrower than the schema.
 * Members a schema does not name are not there, unless it says of what type they are: else every text
 * would be a flag. What `$ref` refers to becomes a declaration; it has to be in the file itself.
 *
 * Made here, and not by a library that prints TypeScript: nothing of a schema may become code, and its
 * members have to merge with those of other layers.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from '../documents/json.ts'
import { CliError } from '../failure.ts'
import { mergeMembers } from './merge-members.ts'
import { resolveReference } from './resolve-reference.ts'
import {
  BOOLEAN,
  type Declaration,
  intersectionOf,
  listOf,
  type Member,
  NEVER,
  type Note,
  NULL,
  NUMBER,
  TEXT,
  type TypeNode,
  UNKNOWN,
  unionOf,
} from './type-node.ts'
import { typeOfAll } from './types-of-values.ts'

/** The types of a schema: the members of its object, and named types it refers to. */
export interface SchemaTypes {
  readonly members: readonly Member[]
  readonly declarations: readonly Declaration[]
}

/** Where in the schema: the keys that lead there. */
type Place = readonly string[]

const SIMPLE: Readonly<Record<string, TypeNode>> = {
  string: TEXT,
  number: NUMBER,
  integer: NUMBER,
  boolean: BOOLEAN,
  null: NULL,
}

/**
 * @param file for messages.
 * @param claim gives a name for a declaration that no other has.
 * @throws {CliError} `usage`.
 */
export function typesOfSchema(
  schema: JsonObject,
  file: string,
  claim: (wish: string) => string,
): SchemaTypes {
  return new SchemaReader(schema, file, claim).read()
}

/** Of one schema. */
class SchemaReader {
  readonly #schema: JsonObject
  readonly #file: string
  readonly #claim: (wish: string) => string
  /** By what is referred to. */
  readonly #declared = new Map<string, Declaration>()

  constructor(schema: JsonObject, file: string, claim: (wish: string) => string) {
    this.#schema = schema
    this.#file = file
    this.#claim = claim
  }

  read(): SchemaTypes {
    const members = this.#membersOf(this.#typeOfRoot(this.#schema, [], ['[]']))
    return { members, declarations: [...this.#declared.values()] }
  }

  #refuse(place: Place, problem: string): never {
    const where = place.length === 0 ? '' : `${place.join('.')}: `
    throw new CliError('usage', `No types can be made of the schema ${this.#file}: ${where}${problem}.`)
  }

  /** @param within the references that led here, with no member or item in between. */
  #typeOf(part: JsonValue | undefined, place: Place, within: readonly string[] = []): TypeNode {
    if (!isPlainObject(part)) return this.#refuse(place, 'a schema is an object')
    const { $ref, enum: allowed, allOf, anyOf, oneOf } = part
    if (typeof $ref === 'string') return this.#typeOfReference($ref, [...place, '$ref'], within)
    if (Array.isArray(allowed)) return unionOf(allowed.map(literalOf))
    const parts = (list: JsonValue | undefined, name: string): readonly TypeNode[] =>
      Array.isArray(list) ? list.map((each, at) => this.#typeOf(each, [...place, name, `${at}`], within)) : []
    const others = [
      ...parts(allOf, 'allOf'),
      ...(Array.isArray(anyOf) ? [unionOf(parts(anyOf, 'anyOf'))] : []),
      ...(Array.isArray(oneOf) ? [unionOf(parts(oneOf, 'oneOf'))] : []),
    ].filter((type) => type !== UNKNOWN)
    const own = this.#typeOfOwn(part, place)
    // Any object at all, of which the others say more.
    const saysNothing = own.kind === 'object' && own.members.length === 0 && own.rest === UNKNOWN
    return intersectionOf(saysNothing && others.length > 0 ? others : [own, ...others])
  }

  #typeOfReference(ref: string, place: Place, within: readonly string[]): TypeNode {
    const { target, keys, problem } = resolveReference(this.#schema, ref)
    if (problem !== undefined) return this.#refuse(place, problem)
    const id = JSON.stringify(keys)
    if (within.includes(id)) return this.#refuse(place, `${ref} refers to itself`)
    const known = this.#declared.get(id)
    if (known) return { kind: 'reference', name: known.name }
    const name = this.#claim(keys.at(-1) ?? 'Root')
    this.#declared.set(id, { name, type: UNKNOWN })
    this.#declared.set(id, { name, type: this.#typeOf(target, keys, [...within, id]), note: noteOf(target) })
    return { kind: 'reference', name }
  }

  #typeOfOwn(part: JsonObject, place: Place): TypeNode {
    const { type } = part
    if (Array.isArray(type)) return unionOf(type.map((each) => this.#typeOfKind(each, part, place)))
    if (type !== undefined) return this.#typeOfKind(type, part, place)
    if (['properties', 'additionalProperties', 'patternProperties'].some((each) => Object.hasOwn(part, each)))
      return this.#typeOfObject(part, place)
    return Object.hasOwn(part, 'items') ? this.#typeOfList(part, place) : UNKNOWN
  }

  #typeOfKind(type: JsonValue, part: JsonObject, place: Place): TypeNode {
    if (type === 'object') return this.#typeOfObject(part, place)
    if (type === 'array') return this.#typeOfList(part, place)
    if (typeof type === 'string' && Object.hasOwn(SIMPLE, type)) return SIMPLE[type] ?? UNKNOWN
    return this.#refuse([...place, 'type'], `there is no type ${JSON.stringify(type)}`)
  }

  #typeOfList({ items, additionalItems }: JsonObject, place: Place): TypeNode {
    if (items === undefined) return listOf(UNKNOWN)
    if (!Array.isArray(items)) return listOf(this.#typeOf(items, [...place, 'items']))
    const others =
      additionalItems === false
        ? NEVER
        : isPlainObject(additionalItems)
          ? this.#typeOf(additionalItems, [...place, 'additionalItems'])
          : UNKNOWN
    return listOf(
      unionOf([...items.map((each, at) => this.#typeOf(each, [...place, 'items', `${at}`])), others]),
    )
  }

  #typeOfObject(part: JsonObject, place: Place): TypeNode {
    const required = Array.isArray(part['required']) ? part['required'] : []
    const members = Object.entries(objectAt(part, 'properties')).map(([key, property]) => ({
      key,
      type: this.#typeOf(property, [...place, 'properties', key]),
      optional: !required.includes(key),
      note: noteOf(property),
    }))
    const rest = this.#typeOfRest(part, place, members.length === 0)
    return rest === undefined ? { kind: 'object', members } : { kind: 'object', members, rest }
  }

  #typeOfRest(part: JsonObject, place: Place, nameless: boolean): TypeNode | undefined {
    const { additionalProperties: additional } = part
    const patterns = Object.entries(objectAt(part, 'patternProperties')).map(([pattern, each]) =>
      this.#typeOf(each, [...place, 'patternProperties', pattern]),
    )
    if (isPlainObject(additional))
      return unionOf([...patterns, this.#typeOf(additional, [...place, 'additionalProperties'])])
    if (additional === true) return UNKNOWN
    if (patterns.length > 0) return additional === false ? unionOf(patterns) : UNKNOWN
    if (!nameless) return undefined
    return additional === false ? NEVER : UNKNOWN
  }

  /** What the root refers to is the configuration itself, not a declaration beside it. */
  #typeOfRoot(root: JsonValue, place: Place, within: readonly string[]): TypeNode {
    const ref = isPlainObject(root) ? root['$ref'] : undefined
    if (typeof ref !== 'string') return this.#typeOf(root, place, within)
    const { target, keys, problem } = resolveReference(this.#schema, ref)
    if (problem !== undefined) return this.#refuse([...place, '$ref'], problem)
    const id = JSON.stringify(keys)
    if (within.includes(id)) return this.#refuse([...place, '$ref'], `${ref} refers to itself`)
    return this.#typeOfRoot(target, keys, [...within, id])
  }

  /** The members of the root: a configuration is one object. */
  #membersOf(type: TypeNode): readonly Member[] {
    if (type.kind === 'object') return type.members
    if (type.kind === 'intersection')
      return type.parts.map((part) => this.#membersOf(part)).reduce(mergeMembers)
    const referred = [...this.#declared.values()].find(
      ({ name }) => type.kind === 'reference' && name === type.name,
    )
    return referred
      ? this.#membersOf(referred.type)
      : this.#refuse([], 'its root must be one object with properties')
  }
}

function literalOf(value: JsonValue): TypeNode {
  return typeof value === 'object' ? typeOfAll([value]) : { kind: 'literal', value }
}

function noteOf(schema: JsonValue | undefined): Note {
  const { title, description } = isPlainObject(schema) ? schema : {}
  return {
    ...(typeof title === 'string' ? { name: title } : {}),
    ...(typeof description === 'string' ? { description } : {}),
  }
}
