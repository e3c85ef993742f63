/**
 * A file of tenants: a list of ids, and of tenants as a resolver gives them.
 *
 * @module
 */
import type { Tenant } from '@appconfig-kit/core'
import { isPlainObject, type JsonValue } from '../documents/json.ts'
import { requireDocument } from '../documents/read-document.ts'
import { CliError } from '../failure.ts'

const MEMBERS: readonly string[] = ['id', 'tier', 'cell', 'attributes']

/** @throws {CliError} `usage`, which names the item. */
export async function readTenants(file: string): Promise<readonly Tenant[]> {
  const list = await requireDocument(file)
  if (!Array.isArray(list))
    throw new CliError(
      'usage',
      `${file} has to be a list of tenants: ids, or objects with ${MEMBERS.join(', ')}.`,
    )
  return list.map((item, at) => tenantOf(item, `${file}: ${at}`))
}

function tenantOf(item: JsonValue, place: string): Tenant {
  if (typeof item === 'string' && item !== '') return { id: item }
  if (!isPlainObject(item))
    throw new CliError('usage', `${place} is no tenant: an id, or an object with one.`)
  const unknown = Object.keys(item).find((key) => !MEMBERS.includes(key))
  if (unknown !== undefined)
    throw new CliError(
      'usage',
      `${place}.${unknown} is nothing of a tenant. Properties of your own go into attributes.`,
    )
  const { id, tier, cell, attributes } = item
  if (typeof id !== 'string' || id === '') throw new CliError('usage', `${place}.id has to be a text.`)
  return {
    id,
    ...(tier !== undefined && { tier: textAt(tier, `${place}.tier`) }),
    ...(cell !== undefined && { cell: textAt(cell, `${place}.cell`) }),
    ...(attributes !== undefined && { attributes: attributesAt(attributes, `${place}.attributes`) }),
  }
}

function textAt(value: JsonValue, place: string): string {
  if (typeof value === 'string') return value
  throw new CliError('usage', `${place} has to be a text.`)
}

function attributesAt(value: JsonValue, place: string): Readonly<Record<string, string | number | boolean>> {
  const isAttribute = (each: JsonValue) => ['string', 'number', 'boolean'].includes(typeof each)
  if (!isPlainObject(value) || !Object.values(value).every(isAttribute))
    throw new CliError('usage', `${place} has to be an object of texts, numbers, true and false.`)
  return value as Readonly<Record<string, string | number | boolean>>
}
