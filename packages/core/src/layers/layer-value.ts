/**
 * The value of a layer: a document, or a section of it.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { DocumentError } from '../errors.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { documentName } from '../sources/source.ts'
import type { TenantLayer } from './tenant-layer.ts'

/** The version a layer uses; undefined while its document does not exist. */
export type HeldVersion = Version | undefined

/**
 * The value of a layer in a version: undefined for a missing optional section, and for a section without a
 * tenant.
 *
 * @returns an error for a missing section that is not optional, and for one that is no object.
 */
export function layerValue(
  { document, section, isWithheld, optional }: TenantLayer,
  { value }: Version,
): JsonValue | DocumentError | undefined {
  if (isWithheld) return undefined
  if (section === undefined) return value
  const part = isPlainObject(value) ? ownValue(value, section) : undefined
  if (isPlainObject(part)) return part
  if (part === undefined && optional && isPlainObject(value)) return undefined
  // The key of a section is a tenant's id in most cases.
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: the section of a tenant is ${part === undefined ? 'not there' : 'no object'}`,
  )
}

/** The error of a value that can't be merged with other layers. */
export function notAnObject({ document }: TenantLayer): DocumentError {
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: only objects can be merged with other layers. It has to be an object, as application/json or application/x-yaml`,
  )
}
