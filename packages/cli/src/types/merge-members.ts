/**
 * The types of one layer over those of another, as the libraries merge the layers themselves.
 *
 * Objects merge key by key, everything else is replaced, `null` removes a key. A layer that only switches a
 * flag (`false`, or `enabled` alone) does not change its type.
 *
 * @module
 */
import {
  BOOLEAN,
  type FlagType,
  type Member,
  NULL,
  type ObjectType,
  type TypeNode,
  UNKNOWN,
} from './type-node.ts'

/** `upper` over `lower`. */
export function mergeMembers(lower: readonly Member[], upper: readonly Member[]): readonly Member[] {
  const merged = new Map(lower.map((member) => [member.key, member]))
  for (const member of upper) {
    const below = merged.get(member.key)
    if (member.type === NULL) merged.delete(member.key)
    else
      merged.set(member.key, below ? mergeMember(below, member) : { ...member, type: settled(member.type) })
  }
  return [...merged.values()]
}

function mergeMember(lower: Member, upper: Member): Member {
  return {
    ...lower,
    ...upper,
    type: mergeType(lower.type, upper.type),
    optional: lower.optional && upper.optional,
    note: { ...lower.note, ...upper.note },
  }
}

function mergeType(lower: TypeNode, upper: TypeNode): TypeNode {
  if (isSwitch(upper) && isFlagObject(lower)) return lower
  if (lower.kind === 'flag' && upper.kind === 'flag') return mergeFlag(lower, upper)
  if (lower.kind !== 'object' || upper.kind !== 'object' || isEmpty(lower)) return settled(upper)
  if (isEmpty(upper)) return lower
  return { ...lower, ...upper, members: mergeMembers(lower.members, upper.members) }
}

/** A type without a layer below: its nulls remove no key, but they are not served either. */
function settled(type: TypeNode): TypeNode {
  if (type.kind !== 'object' || type.members.length === 0) return type
  const members = mergeMembers([], type.members)
  return members.length === 0 ? { kind: 'object', members, rest: UNKNOWN } : { ...type, members }
}

/** Attributes mix only between flags without variants. */
function mergeFlag(lower: FlagType, upper: FlagType): FlagType {
  if (lower.variants.length > 0 || upper.variants.length > 0) return upper
  return {
    ...upper,
    attributes: mergeMembers(lower.attributes, upper.attributes),
  }
}

function isEmpty({ members, rest }: ObjectType): boolean {
  return members.length === 0 && rest === UNKNOWN
}

function isSwitch(type: TypeNode): boolean {
  if (type.kind === 'flag') return type.attributes.length === 0 && type.variants.length === 0
  return type === BOOLEAN
}

function isFlagObject(type: TypeNode): boolean {
  if (type.kind === 'object') return type.members.some(({ key }) => key === 'enabled')
  if (type.kind === 'union' || type.kind === 'intersection') return type.parts.some(isFlagObject)
  return type.kind === 'flag'
}
