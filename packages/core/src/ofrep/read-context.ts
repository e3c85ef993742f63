/**
 * What a question says of its context.
 *
 * @module
 */
import { isPlainObject, type JsonValue, jsonOrUndefined, ownValue } from '../json.ts'
import type { RequestContext } from '../views/context.ts'

/** A body that was longer than it may be, in place of the body. */
export const TOO_LARGE: unique symbol = Symbol('too large')

/** Why a question is not answered. */
export interface Refusal {
  readonly status: number
  readonly errorCode: string
  readonly errorDetails: string
}

/** What a question says, or why it is refused. */
export type ReadContext =
  | { readonly context: RequestContext; readonly refusal?: undefined }
  | { readonly refusal: Refusal }

/**
 * Reads a body, of which nothing is used but the allowed keys of the context. Those that are no text, number or boolean are
 * left out, as if they were not there.
 *
 * @param body its text, or what a parser has made of it; undefined and an empty text: no context.
 */
export function readContext(body: unknown, allowedKeys: readonly string[]): ReadContext {
  if (body === TOO_LARGE) return refuse(413, 'GENERAL', 'the body is too large')
  const value = typeof body === 'string' && body !== '' ? jsonOrUndefined(body) : body || {}
  if (!isPlainObject(value)) return refuse(400, 'PARSE_ERROR', 'the body must be an object in JSON')
  const given = ownValue(value, 'context') ?? {}
  if (!isPlainObject(given)) return refuse(400, 'INVALID_CONTEXT', 'the context must be an object')
  const context: Record<string, string | number | boolean> = {}
  for (const key of allowedKeys) {
    const one = ownValue(given, key)
    if (isOperand(one)) context[key] = one
  }
  return { context }
}

function isOperand(value: JsonValue | undefined): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function refuse(status: number, errorCode: string, errorDetails: string): ReadContext {
  return { refusal: { status, errorCode, errorDetails } }
}
