/**
 * Reads the members of a request, whether they came over HTTP or from `deploy()`.
 *
 * Each reader either answers a value of the type it promises or throws the
 * `BadRequestException` AppConfig would send, naming the member and the constraint.
 *
 * @module
 */
import { badRequest } from '../errors.ts'

/** A request's members under the names of AWS's API model. */
export type Members = Readonly<Record<string, unknown>>

interface TextConstraint {
  readonly min?: number
  readonly max?: number
  readonly pattern?: RegExp
  readonly oneOf?: readonly string[]
}

interface NumberConstraint {
  readonly min: number
  readonly max: number
  /** Whether fractions are allowed. */
  readonly float?: boolean
}

/** The limits that many members share, from AWS's API model. */
export const NAME: TextConstraint = { min: 1, max: 64 }
/** Of names that may be longer. */
export const LONG_NAME: TextConstraint = { min: 1, max: 128 }
/** Of ids, and of names where the API takes both. */
export const IDENTIFIER: TextConstraint = { min: 1, max: 128 }
/** Of descriptions; they may be empty. */
export const DESCRIPTION: TextConstraint = { max: 1024 }

/** A text that must be there. */
export function text(members: Members, name: string, constraint: TextConstraint = {}): string {
  const value = optionalText(members, name, constraint)
  if (value === undefined) throw badRequest(`${name} is required.`)
  return value
}

/** A text, or `undefined` when the member is absent. */
export function optionalText(
  members: Members,
  name: string,
  { min = 0, max = Number.POSITIVE_INFINITY, pattern, oneOf }: TextConstraint = {},
): string | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw badRequest(`${name} must be a string.`)
  if (value.length < min || value.length > max) {
    throw badRequest(`${name} must be ${min} to ${max} characters long; it has ${value.length}.`)
  }
  if (pattern && !pattern.test(value)) throw badRequest(`${name} must match ${pattern.source}.`)
  if (oneOf && !oneOf.includes(value)) throw badRequest(`${name} must be one of ${oneOf.join(', ')}.`)
  return value
}

/** A number that must be there. */
export function number(members: Members, name: string, constraint: NumberConstraint): number {
  const value = optionalNumber(members, name, constraint)
  if (value === undefined) throw badRequest(`${name} is required.`)
  return value
}

/** A number, or `undefined` when the member is absent. */
export function optionalNumber(
  members: Members,
  name: string,
  { min, max, float = false }: NumberConstraint,
): number | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  const fits = typeof value === 'number' && value >= min && value <= max && (float || Number.isInteger(value))
  if (!fits) throw badRequest(`${name} must be ${float ? 'a number' : 'an integer'} from ${min} to ${max}.`)
  return value
}

/** A boolean, or `undefined` when the member is absent. */
export function optionalBoolean(members: Members, name: string): boolean | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'boolean') throw badRequest(`${name} must be a boolean.`)
  return value
}

/** A list of objects; empty when the member is absent. */
export function objects(members: Members, name: string, max: number): readonly Members[] {
  const value = members[name] ?? []
  if (!Array.isArray(value) || !value.every(isObject)) throw badRequest(`${name} must be a list of objects.`)
  if (value.length > max) throw badRequest(`${name} may hold ${max} at most; it holds ${value.length}.`)
  return value
}

/** A map of texts; `undefined` when the member is absent. */
export function textMap(members: Members, name: string): Readonly<Record<string, string>> | undefined {
  const value = members[name]
  if (value === undefined || value === null) return undefined
  if (!isObject(value) || !Object.values(value).every((entry) => typeof entry === 'string')) {
    throw badRequest(`${name} must be a map of strings.`)
  }
  return value as Record<string, string>
}

/** The object without the keys whose value is `undefined`: AppConfig omits what is not set. */
export function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, entry]) => entry !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

/** Whether it is an object with members, as a JSON document means it. */
export function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
