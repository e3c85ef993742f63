/**
 * Errors of this library as Hono answers them.
 *
 * @module
 */
import { type AppConfigError, type ErrorCode, isAppConfigError } from '@appconfig-kit/core'
import { HTTPException } from 'hono/http-exception'

/** An {@link AppConfigError} as an exception of Hono. What happened is its `code` and its `cause`. */
class AppConfigException extends HTTPException {
  readonly code: ErrorCode
  /** Whether a client may read the text of `cause`. */
  readonly expose: boolean
  readonly retryAfterSeconds: number | undefined

  constructor(error: AppConfigError) {
    const { code, status, expose, retryAfterSeconds, headers } = error
    const message = expose ? error.message : ''
    const res = new Response(message, { status, headers })
    super(status as HTTPException['status'], { message, res, cause: error })
    this.code = code
    this.expose = expose
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * An error for Hono's error handling. Wrong wiring (500) is returned as it is: Hono prints plain errors and
 * answers nothing of them.
 */
export function answerable(error: unknown): unknown {
  return isAppConfigError(error) && error.status !== 500 ? new AppConfigException(error) : error
}
