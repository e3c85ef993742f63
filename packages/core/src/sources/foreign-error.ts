/**
 * Errors of `fetch` and the AWS SDK, without what they quote.
 *
 * Such an error may hold the body of an answer, a header with its token or a URL with its password: in its
 * message, its stack, its own properties, or those of its causes. So none is ever the cause of an error of
 * ours. A copy is, made of what is safe: names, codes, the status, the id of the request, and messages of
 * errors that come before or without any answer.
 *
 * @module
 */
import { isErrorLike } from '../realms.ts'

/** The members of errors of Node, `fetch` and the SDK that are read. */
interface Foreign {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly cause?: unknown
  readonly $metadata?: { readonly httpStatusCode?: unknown; readonly requestId?: unknown }
}

const MOST_CAUSES = 4
/** Names of exceptions and codes of errors; a name may come from the body of an answer. */
const WORD = /^[A-Za-z][A-Za-z0-9_.]{0,63}$/
const REQUEST_ID = /^[A-Za-z0-9-]{1,64}$/

/** The name of an error, as it may stand in a text. */
export function nameOf(thrown: unknown): string {
  const { name } = asForeign(thrown)
  return wordOf(name) ?? 'an unnamed error'
}

/** The reason of an error, as it may stand in a text: it quotes nothing that was sent or received. */
export function reasonOf(thrown: unknown): string {
  const { $metadata, message, code, cause } = asForeign(thrown)
  const status = statusIn($metadata)
  if (status !== undefined) return `answered ${status} ${nameOf(thrown)}`
  // `fetch` throws an error that only says that it failed.
  if (cause !== undefined && isQuoting(thrown)) return reasonOf(cause)
  if (typeof message === 'string' && message !== '' && !isQuoting(thrown)) return message
  return wordOf(code) ?? nameOf(thrown)
}

/** A copy of an error, and of its causes, that holds nothing that was sent or received. */
export function withoutContents(thrown: unknown, depth = 0): Error {
  const { code, cause, $metadata } = asForeign(thrown)
  const goesOn = cause !== undefined && depth < MOST_CAUSES
  const copy = new Error(reasonOf(thrown), goesOn ? { cause: withoutContents(cause, depth + 1) } : undefined)
  Object.defineProperty(copy, 'name', { value: nameOf(thrown) })
  const status = statusIn($metadata)
  const requestId = $metadata?.requestId
  return Object.assign(
    copy,
    wordOf(code) !== undefined && { code },
    status !== undefined && { status },
    typeof requestId === 'string' && REQUEST_ID.test(requestId) && { requestId },
  )
}

/** Whether the message may quote what was parsed: a body, a URL, a header. */
function isQuoting(thrown: unknown): boolean {
  const name = isErrorLike(thrown) ? thrown.name : undefined
  return name === undefined || name === 'SyntaxError' || name === 'TypeError'
}

function asForeign(thrown: unknown): Foreign {
  return (typeof thrown === 'object' && thrown !== null ? thrown : {}) as Foreign
}

function statusIn(metadata: Foreign['$metadata']): number | undefined {
  const status = metadata?.httpStatusCode
  return typeof status === 'number' ? status : undefined
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && WORD.test(value) ? value : undefined
}
