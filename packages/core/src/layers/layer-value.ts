/**
 * The part of a document that is a layer.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { DocumentError, quoted } from '../errors.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
import { documentName } from '../sources/source.ts'
import type { TenantLayer } from './tenant-layers.ts'

/** What a layer is made of at present: a version, or nothing because its document does not exist. */
export type LayerInput = Version | undefined

/**
 * What a version gives to a layer: undefined where an optional section is not there, and for a layer of sections in a
 * configuration without a tenant.
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
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: the section ${quoted(section)} is ${part === undefined ? 'not there' : 'no object'}`,
  )
}

/** Why a value can't be merged with other layers. */
export function notAnObject({ document }: TenantLayer): DocumentError {
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: only objects can be merged with other layers. It has to be an object, as application/json or application/x-yaml`,
  )
}
