/**
 * The text about a configuration that violates its schema: places, what is expected there, and the layer each
 * value comes from. It holds no values, and nothing of the tenant but names of layers, so a bad shared
 * document has the same text for all tenants.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { isPlainObject, type JsonValue } from '../json.ts'
import { printedPlace } from '../reading/problem.ts'
import { type DocumentId, documentName } from '../sources/source.ts'
import type { SchemaIssue } from './check-schema.ts'

/** The value of a layer, and its origin. */
export interface LayerPart {
  /** Undefined for the option `defaults`. */
  readonly from: { readonly document: DocumentId; readonly version: Version } | undefined
  readonly value: JsonValue
}

const MOST_PLACES = 10

/**
 * The end of a sentence about the configuration.
 *
 * @param issues at least one, or a text if it could not be validated.
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
  const place = path.length === 0 ? 'the configuration itself' : printedPlace(path.join('.'))
  const notes = [
    ...(expected === undefined ? [] : [`${expected} expected`]),
    ...(path.length === 0 || parts.length === 0 ? [] : [originOf(path, parts)]),
  ]
  return notes.length === 0 ? place : `${place} (${notes.join('; ')})`
}

/** The origin of a place: the highest layer that holds it, or the most keys on the path to it. */
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

/** The number of keys of a path that a value has. */
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
