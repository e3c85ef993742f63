/**
 * Answers of all frameworks in one shape, to be compared.
 *
 * @module
 */
import { jsonOrUndefined } from '../json.ts'

/** An answer, as it is compared. */
export interface ShadowAnswer {
  readonly status: number
  /** Its `content-type` and `location`, where it has them. */
  readonly headers: Readonly<Record<string, string>>
  /** JSON as the values it stands for, other text as a string, anything else as bytes; undefined for none. */
  readonly body: unknown
}

/** The longest body that is recorded for a comparison: 1 MB. */
export const MAX_SHADOW_BYTES = 1_000_000

const COMPARED_HEADERS = ['content-type', 'location']

/**
 * @param headerOf the value of a header, in any form.
 * @param body text, bytes, what a framework would send as JSON; null and undefined for none.
 * @returns undefined for a body that can't be compared: a stream, or one longer than {@link MAX_SHADOW_BYTES}.
 */
export function shadowAnswer(
  status: number,
  headerOf: (name: string) => unknown,
  body: unknown,
): ShadowAnswer | undefined {
  const headers: Record<string, string> = {}
  for (const name of COMPARED_HEADERS) {
    const value = headerOf(name)
    if (value !== undefined && value !== null && value !== '') headers[name] = String(value)
  }
  const isJson = /[/+]json\b/i.test(headers['content-type'] ?? '')
  if (body === undefined || body === null) return { status, headers, body: undefined }
  if (body instanceof Uint8Array || typeof body === 'string') {
    if (body.length > MAX_SHADOW_BYTES) return undefined
    return { status, headers, body: isJson ? fromJson(textOf(body)) : readable(body, headers) }
  }
  if (isStream(body)) return undefined
  const text = JSON.stringify(body) as string | undefined
  if (text !== undefined && text.length > MAX_SHADOW_BYTES) return undefined
  return { status, headers, body: text === undefined ? undefined : JSON.parse(text) }
}

/** Text is compared as text; an encoded body stays bytes. */
function readable(body: string | Uint8Array, headers: Readonly<Record<string, string>>): string | Uint8Array {
  return /^text\//i.test(headers['content-type'] ?? '') ? textOf(body) : body
}

function fromJson(text: string): unknown {
  const value = jsonOrUndefined(text)
  return value === undefined ? text : value
}

function textOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body)
}

/** Streams of Node and of the web. */
function isStream(body: unknown): boolean {
  const { pipe, getReader } = body as { readonly pipe?: unknown; readonly getReader?: unknown }
  return typeof pipe === 'function' || typeof getReader === 'function'
}
