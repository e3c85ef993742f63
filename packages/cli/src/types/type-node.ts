/**
 * The tree of types that is printed: little more than the types of JSON.
 *
 * Printed types are read-only; that is not part of the tree.
 *
 * @module
 */

/** A type. */
export type TypeNode =
  | { readonly kind: 'keyword'; readonly name: Keyword }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'list'; readonly items: TypeNode }
  | ObjectType
  | { readonly kind: 'union' | 'intersection'; readonly parts: readonly TypeNode[] }
  /** A declaration of the module. */
  | { readonly kind: 'reference'; readonly name: string }
  | FlagType

/** A type that is one word. */
export type Keyword = 'string' | 'number' | 'boolean' | 'null' | 'undefined' | 'unknown' | 'never'

/** An object of known members, and of the others where they are typed. */
export interface ObjectType {
  readonly kind: 'object'
  readonly members: readonly Member[]
  /** The type of members that are not named. */
  readonly rest?: TypeNode
}

/** A flag: its attributes while it is on, and its variants. */
export interface FlagType {
  readonly kind: 'flag'
  readonly attributes: readonly Member[]
  /** The names; empty for a flag without variants. */
  readonly variants: readonly string[]
}

/** A member of an object. */
export interface Member {
  readonly key: string
  readonly type: TypeNode
  readonly optional: boolean
  readonly note?: Note
}

/** The documentation of a member. */
export interface Note {
  readonly name?: string
  readonly description?: string
  /** The text after the tag `@deprecated`. */
  readonly deprecated?: string
}

/** A type with a name, beside the configuration's own. */
export interface Declaration {
  readonly name: string
  readonly type: TypeNode
  readonly note?: Note
}

/** `string` */
export const TEXT: TypeNode = { kind: 'keyword', name: 'string' }
/** `number` */
export const NUMBER: TypeNode = { kind: 'keyword', name: 'number' }
/** `boolean` */
export const BOOLEAN: TypeNode = { kind: 'keyword', name: 'boolean' }
/** `null` */
export const NULL: TypeNode = { kind: 'keyword', name: 'null' }
/** `undefined` */
export const UNDEFINED: TypeNode = { kind: 'keyword', name: 'undefined' }
/** `unknown` */
export const UNKNOWN: TypeNode = { kind: 'keyword', name: 'unknown' }
/** `never` */
export const NEVER: TypeNode = { kind: 'keyword', name: 'never' }

/** A list of items of one type. */
export function listOf(items: TypeNode): TypeNode {
  return { kind: 'list', items }
}

/** The union of types, each once; `unknown` absorbs all others. */
export function unionOf(types: readonly TypeNode[]): TypeNode {
  const parts = new Map<string, TypeNode>()
  for (const type of types.flatMap((each) => (each.kind === 'union' ? each.parts : [each]))) {
    if (type === UNKNOWN) return UNKNOWN
    if (type !== NEVER) parts.set(JSON.stringify(type), type)
  }
  const [first = NEVER, ...others] = parts.values()
  return others.length === 0 ? first : { kind: 'union', parts: [first, ...others] }
}

/** The intersection of types, each once, without `unknown`. */
export function intersectionOf(types: readonly TypeNode[]): TypeNode {
  const parts = new Map<string, TypeNode>()
  for (const type of types.flatMap((each) => (each.kind === 'intersection' ? each.parts : [each]))) {
    if (type !== UNKNOWN) parts.set(JSON.stringify(type), type)
  }
  const [first = UNKNOWN, ...others] = parts.values()
  return others.length === 0 ? first : { kind: 'intersection', parts: [first, ...others] }
}

/**
 * The type of a flag as requests see it: a required attribute is present while the flag is on.
 *
 * While the flag is off AppConfig withholds attributes, but a layer that only switches it off keeps them. A
 * layer that switches a flag with variants removes the variant.
 */
export function shapeOfFlag({ attributes, variants }: FlagType): TypeNode {
  const names = unionOf(variants.map((value) => ({ kind: 'literal', value })))
  const variant = variants.length === 0 ? [] : [{ key: '_variant', type: names, optional: true }]
  const shape = (enabled: TypeNode, served: readonly Member[]): TypeNode => ({
    kind: 'object',
    members: [{ key: 'enabled', type: enabled, optional: false }, ...variant, ...served],
  })
  if (attributes.every(({ optional }) => optional)) return shape(BOOLEAN, attributes)
  return unionOf([
    shape(
      { kind: 'literal', value: false },
      attributes.map((attribute) => ({ ...attribute, optional: true, note: {} })),
    ),
    shape({ kind: 'literal', value: true }, attributes),
  ])
}
