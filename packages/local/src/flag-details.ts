/**
 * What is wrong with a feature-flag document, detail by detail, in AppConfig's words.
 *
 * @module
 */
import { isObject, type Members } from './members.ts'

/** One detail; `Location` is a dotted path, `Reason` is said of rules only. */
export interface FlagDetail {
  readonly Constraint: string
  readonly Location: string
  readonly Reason?: string
  readonly Type: 'NotSatisfied' | 'Invalid'
  readonly Value: string
}

/** Gathers details, so that one refusal names them all. */
export class FlagDetails {
  readonly all: FlagDetail[] = []

  /** Notes that a value of the right JSON type does not satisfy a constraint. */
  add(Constraint: string, Location: string, value: unknown, Reason?: string): void {
    const detail = { Constraint, Location, Type: 'NotSatisfied', Value: textOf(value) } as const
    this.all.push(Reason === undefined ? detail : { ...detail, Reason })
  }

  /** Whether a member of the document's own has its JSON type; else that is noted. */
  has<T>(type: string, isType: (value: unknown) => value is T, at: string, value: unknown): value is T {
    if (isType(value)) return true
    this.all.push({ Constraint: `Type(${type})`, Location: at, Type: 'Invalid', Value: textOf(value) })
    return false
  }

  /** The members of an object that may be absent. */
  object(at: string, value: unknown): Members {
    return value === undefined || !this.has('object', isObject, at, value) ? {} : value
  }

  /** Whether a text is at most so long; an absent one is. */
  text(at: string, value: unknown, most: number): value is string | undefined {
    if (value === undefined) return true
    if (!this.has('string', isText, at, value)) return false
    if ([...value].length <= most) return true
    this.add(`LengthLTE(${most})`, at, value)
    return false
  }

  /** Keys of flags and attributes. */
  key(at: string, key: string): void {
    if (!KEY.test(key)) this.add(`Regexp(${KEY.source})`, at, key)
  }
}

const KEY = /^[a-z][a-zA-Z\d_-]{0,63}$/

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value)
}

export function isBoolean(value: unknown): value is boolean {
  return typeof value === 'boolean'
}

/** The object's own member: a flag may be called `constructor`. */
export function own(members: Members, key: string): unknown {
  return Object.hasOwn(members, key) ? members[key] : undefined
}

/** The members of these names that are there: what AppConfig does not know it drops. */
export function pick(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(members, name)).map((name) => [name, members[name]]),
  )
}

function textOf(value: unknown): string {
  return isText(value) ? value : (JSON.stringify(value) ?? '')
}
