/**
 * Reading what is asked, from JSON that anybody may have written.
 *
 * @module
 */
import type { AskedTenant, Subject } from '../wire.ts'

/** The request can't be read. Its text is for the person at the page. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError'
}

/** Tenants that are looked at side by side. */
const MOST_SUBJECTS = 2
const MOST_MEMBERS = 50
const LONGEST = 1024

/** @throws {UnreadableError} */
export function readSubjects(body: unknown): readonly Subject[] {
  const { subjects } = asObject(body, 'the request')
  if (!Array.isArray(subjects) || subjects.length === 0 || subjects.length > MOST_SUBJECTS)
    throw new UnreadableError(`subjects must be a list of 1 to ${MOST_SUBJECTS}.`)
  return subjects.map(readSubject)
}

/** @throws {UnreadableError} */
export function readSubject(given: unknown): Subject {
  const { tenant, context } = asObject(given, 'a subject')
  return {
    tenant: tenant === null || tenant === undefined ? null : readTenant(tenant),
    context: readMembers(context, 'context'),
  }
}

function readTenant(given: unknown): AskedTenant {
  const { id, tier, cell, attributes } = asObject(given, 'tenant')
  return {
    id: readText(id, 'tenant.id'),
    ...(tier !== undefined && { tier: readText(tier, 'tenant.tier') }),
    ...(cell !== undefined && { cell: readText(cell, 'tenant.cell') }),
    ...(attributes !== undefined && { attributes: readMembers(attributes, 'tenant.attributes') }),
  }
}

function readText(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST) return value
  throw new UnreadableError(`${name} must be a text of 1 to ${LONGEST} characters.`)
}

function readMembers(given: unknown, name: string): Readonly<Record<string, string | number | boolean>> {
  if (given === undefined) return {}
  const members = Object.entries(asObject(given, name))
  if (members.length > MOST_MEMBERS) throw new UnreadableError(`${name} has more than ${MOST_MEMBERS} names.`)
  for (const [key, value] of members) {
    const isRight =
      typeof value === 'boolean' ||
      typeof value === 'number' ||
      (typeof value === 'string' && value.length <= LONGEST)
    if (!isRight || key.length > LONGEST)
      throw new UnreadableError(`${name} takes texts of at most ${LONGEST} characters, numbers and booleans.`)
  }
  // A key such as __proto__ is a key like any other.
  return Object.fromEntries(members) as Record<string, string | number | boolean>
}

function asObject(value: unknown, name: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Record<string, unknown>
  throw new UnreadableError(`${name} must be an object.`)
}
