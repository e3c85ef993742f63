/**
 * Errors of this library as exceptions of Nest, which every exception filter can answer.
 *
 * @module
 */
import { STATUS_CODES } from 'node:http'
import type { AppConfigError, ErrorCode } from '@appconfig-kit/core'
import { HttpException } from '@nestjs/common'

/** An {@link AppConfigError} as an exception of Nest. What happened is its `code` and its `cause`. */
export class AppConfigException extends HttpException {
  readonly code: ErrorCode
  /** Whether a client may read the text of `cause`. */
  readonly expose: boolean
  readonly retryAfterSeconds: number | undefined
  readonly headers: Readonly<Record<string, string>>

  constructor(error: AppConfigError) {
    const { status, expose, message } = error
    const label = STATUS_CODES[status] ?? 'Error'
    const body = expose
      ? HttpException.createBody(message, label, status)
      : HttpException.createBody(null, label, status)
    super(body, status, { cause: error })
    this.code = error.code
    this.expose = error.expose
    this.retryAfterSeconds = error.retryAfterSeconds
    this.headers = error.headers
  }
}
