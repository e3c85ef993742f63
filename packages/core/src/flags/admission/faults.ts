/**
 * What is wrong with the flags of a document: for people by place and text, and detail by detail in AppConfig's words.
 *
 * Texts say what is expected at a place. They are made of the constraint alone: neither a value of the document nor
 * what its definitions allow is in them. AppConfig's details do show values.
 *
 * Source: the AppConfig type reference of feature flags, and refusals that were observed.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../../json.ts'
import { RuleScope } from '../../rules/rule-scope.ts'

/** One detail as AppConfig gives it; `Location` is a dotted path, `Reason` is said of rules only. */
export interface AdmissionDetail {
  readonly Constraint: string
  readonly Location: string
  readonly Reason?: string
  readonly Type: 'NotSatisfied' | 'Invalid'
  readonly Value: string
}

/** One thing that is wrong. */
export interface FlagFault {
  readonly code: 'FLAG_INVALID' | 'RULE_INVALID'
  /** Where it stands in the document, which AppConfig's own `Location` may not say. */
  readonly place: string
  /** The rest of a sentence that begins with the place. */
  readonly text: string
  /** AppConfig says some things twice. Made when asked for: they hold values, which may be large. */
  readonly details: readonly AdmissionDetail[]
}

/** Kinds of values, in AppConfig's words and in ours. */
const KINDS = {
  object: 'an object',
  array: 'a list',
  string: 'a text',
  boolean: 'true or false',
  integer: 'an integer',
} as const

/** Keys of flags and attributes. */
const KEY = /^[a-z][a-zA-Z\d_-]{0,63}$/

/** Gathers faults, so that one refusal names them all. */
export class FlagFaults {
  readonly all: FlagFault[] = []
  /** What the rules of the document share. */
  readonly scope: RuleScope

  constructor(scope: RuleScope = new RuleScope()) {
    this.scope = scope
  }

  /** Notes that a value of the right JSON type does not satisfy a constraint. */
  add(place: string, text: string, constraint: string | (() => string), value: JsonValue | undefined): void {
    this.note(place, text, () => [
      detail(typeof constraint === 'string' ? constraint : constraint(), place, value),
    ])
  }

  note(
    place: string,
    text: string,
    makeDetails: () => readonly AdmissionDetail[],
    code?: FlagFault['code'],
  ): void {
    this.all.push({
      code: code ?? 'FLAG_INVALID',
      place,
      text,
      get details() {
        return makeDetails()
      },
    })
  }

  /** Whether a member of the document's own has its JSON type; else that is noted. */
  has<T extends JsonValue>(
    kind: keyof typeof KINDS,
    isOfKind: (value: JsonValue | undefined) => value is T,
    place: string,
    value: JsonValue | undefined,
  ): value is T {
    if (isOfKind(value)) return true
    this.note(place, `must be ${KINDS[kind]}`, () => [
      { ...detail(`Type(${kind})`, place, value), Type: 'Invalid' },
    ])
    return false
  }

  /** The members of an object that may be absent. */
  object(place: string, value: JsonValue | undefined): JsonObject {
    return value === undefined || !this.has('object', isPlainObject, place, value) ? {} : value
  }

  /** Whether a text is at most so long; an absent one is. */
  text(place: string, value: JsonValue | undefined, most: number): value is string | undefined {
    if (value === undefined) return true
    if (!this.has('string', isText, place, value)) return false
    // Characters, of which there are no more than UTF-16 units.
    if (value.length <= most || (value.length <= 2 * most && [...value].length <= most)) return true
    this.add(place, `has more than ${most} characters`, `LengthLTE(${most})`, value)
    return false
  }

  key(place: string, key: string): void {
    if (KEY.test(key)) return
    const text = 'must have a key of a lower-case letter and at most 63 letters, digits, _ and -'
    this.add(place, text, `Regexp(${KEY.source})`, key)
  }
}

export function detail(
  Constraint: string,
  Location: string,
  value: JsonValue | undefined,
  Reason?: string,
): AdmissionDetail {
  const common = { Constraint, Location, Type: 'NotSatisfied', Value: textOf(value) } as const
  return Reason === undefined ? common : { ...common, Reason }
}

/** A string. */
export function isText(value: JsonValue | undefined): value is string {
  return typeof value === 'string'
}

/** An array of JSON values. */
export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** `true` or `false`. */
export function isBoolean(value: JsonValue | undefined): value is boolean {
  return typeof value === 'boolean'
}

/** The members of these names that are there: what AppConfig does not know it drops. */
export function pick(members: JsonObject, names: readonly string[]): JsonObject {
  const picked: Record<string, JsonValue> = {}
  for (const name of names) if (Object.hasOwn(members, name)) picked[name] = members[name] as JsonValue
  return picked
}

/** Many more members than anything but the document itself may have. */
const MOST_MEMBERS = 1000

/** The first members of an object with too many, which is refused: more are not looked at. */
export function firstMembers(object: JsonObject): JsonObject {
  const keys = Object.keys(object)
  return keys.length > MOST_MEMBERS ? pick(object, keys.slice(0, MOST_MEMBERS)) : object
}

function textOf(value: JsonValue | undefined): string {
  return isText(value) ? value : (JSON.stringify(value) ?? '')
}
