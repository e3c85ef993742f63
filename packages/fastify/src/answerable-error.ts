/**
 * Errors of this library as Fastify may answer them.
 *
 * Fastify sends clients the message of any error, also of a 500. So the text for developers moves to the
 * `cause`, which Fastify's logger prints.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http'
import { type AppConfigError, type ErrorCode, isAppConfigError } from '@appconfig-kit/core'

/** An {@link AppConfigError} whose message clients may read. What happened is its `code` and its `cause`. */
class AnswerableError extends Error {
  override readonly name: string
  readonly code: ErrorCode
  readonly status: number
  /** Whether the message is the text of `cause`. */
  readonly expose: boolean
  readonly retryAfterSeconds: number | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(error: AppConfigError) {
    const { name, code, status, expose, retryAfterSeconds, headers, message } = error
    super(expose ? message : (STATUS_CODES[status] ?? 'Error'), { cause: error })
    this.name = name
    this.code = code
    this.status = status
    this.expose = expose
    this.retryAfterSeconds = retryAfterSeconds
    this.headers = headers
  }
}

/** An error for Fastify's error handling. Errors that are not of this library are returned as they are. */
export function answerable(error: unknown): Error {
  const isAnswerable = !isAppConfigError(error) || error instanceof AnswerableError
  return isAnswerable ? (error as Error) : new AnswerableError(error)
}

/** Calls `work`, and makes what it throws answerable. */
export function answerably<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    throw answerable(error)
  }
}
