/**
 * What is told of a configuration that is not what its schema says: places, what is expected there, and which layer
 * gave what stands there. No values, and nothing of the tenant beyond the layer's name, so that a shared document
 * that is bad is bad in the same words for everybody.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { isPlainObject, type JsonValue } from '../json.ts'
import { type DocumentId, documentName } from '../sources/source.ts'
import type { SchemaIssue } from './check-schema.ts'

/** What a layer gave to a configuration. */
export interface LayerPart {
  /** Undefined for the option `defaults`. */
  readonly from: { readonly document: DocumentId; readonly version: Version } | undefined
  readonly value: JsonValue
}

const MOST_PLACES = 10

/**
 * The rest of a sentence about the configuration.
 *
 * @param issues at least one; a text where it could not be judged.
 * @param parts lowest first.
 */
export function describeRefusal(
  issues: readonly SchemaIssue[] | string,
  parts: readonly LayerPart[],
): string {
  if (typeof issues === 'string') return `can not be judged: the schema ${issues}`
  const places = [...new Set(issues.map((issue) => describeIssue(issue, parts)))]
  return `does not match the schema at ${places.slice(0, MOST_PLACES).join(', ')}`
}

function describeIssue({ path, expected }: SchemaIssue, parts: readonly LayerPart[]): string {
  const place = path.length === 0 ? 'the configuration itself' : path.join('.')
  const notes = [
    ...(expected === undefined ? [] : [`${expected} expected`]),
    ...(path.length === 0 || parts.length === 0 ? [] : [originOf(path, parts)]),
  ]
  return notes.length === 0 ? place : `${place} (${notes.join('; ')})`
}

/** The highest layer that has the place, or most of the way there. */
function originOf(path: readonly string[], parts: readonly LayerPart[]): string {
  let origin: LayerPart | undefined
  let longest = 0
  for (const part of parts) {
    const length = lengthWithin(part.value, path)
    if (length > 0 && length >= longest) {
      longest = length
      origin = part
    }
  }
  if (origin === undefined) return 'in no layer'
  if (origin.from === undefined) return 'from the option defaults'
  const { document, version } = origin.from
  return `from ${documentName(document)}, version ${version.versionLabel ?? version.revision}`
}

/** How many keys of a path lead somewhere in a value. */
function lengthWithin(value: JsonValue, path: readonly string[]): number {
  let part: JsonValue | undefined = value
  let length = 0
  for (const key of path) {
    if (!(isPlainObject(part) || Array.isArray(part)) || !Object.hasOwn(part, key)) break
    part = (part as { readonly [key: string]: JsonValue })[key]
    length++
  }
  return length
}
