/**
 * The stored form of a flags document.
 *
 * Core says what AppConfig asks of such a document and what it makes of it. Here is what is the wire's: a
 * refusal with its details, timestamps, and the text. Both `_createdAt` are kept; `_updatedAt` moves only
 * with a real change, so the same flags again are the same text.
 *
 * @module
 */
import { type AdmissionDetail, admitFlags, type JsonValue, readDocument } from '@appconfig-kit/core/documents'
import { badRequest } from '../errors.ts'
import { isObject, type Members } from './members.ts'

/**
 * The bytes that are stored of a content.
 *
 * @param before the text of the version before this one, as base64, which timestamps are taken from.
 * @param nowMs what new timestamps say.
 * @throws {AppConfigServiceError} `BadRequestException` with the details.
 */
export function admittedContent(
  content: Uint8Array,
  before: string | undefined,
  nowMs: number,
): Buffer<ArrayBuffer> {
  const previous = before === undefined ? undefined : parsed(Buffer.from(before, 'base64').toString())
  const admission = admitFlags(documentOf(content))
  if (admission.faults) throw refusal(admission.faults.flatMap(({ details }) => details))
  const { flags, values } = admission
  const known = isObject(previous) ? previous : {}
  const now = timestamp(nowMs)
  const stored = {
    version: '1',
    ...(Object.keys(flags).length > 0 && { flags: stamped(flags, known['flags'], now) }),
    ...(Object.keys(values).length > 0 && { values: stamped(values, known['values'], now) }),
  }
  return Buffer.from(serialised(stored))
}

/** A document of flags is JSON, whatever its content type says. */
function documentOf(content: Uint8Array): JsonValue {
  const { written } = readDocument(
    { body: content, contentType: 'application/json' },
    { maxBytes: Number.POSITIVE_INFINITY },
  )
  if (written !== undefined) return written
  const Value = Buffer.from(content).toString().slice(0, 1024)
  throw refusal([{ Constraint: 'Json', Location: '', Type: 'Invalid', Value }])
}

function refusal(details: readonly AdmissionDetail[]): Error {
  return badRequest("Error invoking extension AppConfig Feature Flags Helper: Invalid 'Content' data", {
    Reason: 'InvalidConfiguration',
    Details: { InvalidConfiguration: details },
  })
}

/** A flag that is what it was keeps its stamps, whatever the document says. */
function stamped(entries: Members, before: unknown, now: string): Members {
  const known = isObject(before) ? before : {}
  const all = Object.entries(entries).map(([key, value]): [string, Members] => {
    const entry = value as Members
    const last = Object.hasOwn(known, key) ? known[key] : undefined
    const previous = isObject(last) ? last : {}
    const isSame = isObject(last) && serialised(unstamped(entry)) === serialised(unstamped(last))
    const _createdAt = previous['_createdAt'] ?? entry['_createdAt'] ?? now
    const _updatedAt = isSame ? (previous['_updatedAt'] ?? now) : now
    return [key, { ...entry, _createdAt, _updatedAt }]
  })
  return Object.fromEntries(all)
}

function unstamped({ _createdAt, _updatedAt, ...rest }: Members): Members {
  return rest
}

/** As Go writes it: keys sorted, and nothing that HTML would read. */
function serialised(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  )
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** As Go writes it: without the zeros a fraction ends in. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
