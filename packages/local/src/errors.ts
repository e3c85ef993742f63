/**
 * The errors of this package, as classes with a `code`.
 *
 * {@link AppConfigServiceError} is an answer AWS AppConfig itself would give; the HTTP side turns it into the
 * documented status, header and body, and the programmatic side throws it as it is.
 * {@link LocalAppConfigError} is an error in the use of this package.
 *
 * @module
 */

import { types } from 'node:util'

const STATUS: Readonly<Record<ServiceErrorCode, number>> = {
  BadRequestException: 400,
  UnauthorizedException: 401,
  ServiceQuotaExceededException: 402,
  ResourceNotFoundException: 404,
  UnknownOperationException: 404,
  ConflictException: 409,
  PayloadTooLargeException: 413,
  ThrottlingException: 429,
  InternalServerException: 500,
}

/** The exceptions AppConfig's control and data plane know, by the names they have on the wire; `Unauthorized` is the Agent's. */
export type ServiceErrorCode =
  | 'BadRequestException'
  | 'UnauthorizedException'
  | 'ServiceQuotaExceededException'
  | 'ResourceNotFoundException'
  | 'UnknownOperationException'
  | 'ConflictException'
  | 'PayloadTooLargeException'
  | 'ThrottlingException'
  | 'InternalServerException'

/** A refusal in AppConfig's own words: what a client of the HTTP API sees as a typed exception. */
export class AppConfigServiceError extends Error {
  readonly code: ServiceErrorCode
  /** The HTTP status it is answered with. */
  readonly status: number
  /** Members of the error's body besides `Message`. */
  readonly members: Readonly<Record<string, unknown>>

  constructor(code: ServiceErrorCode, message: string, members: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.name = code
    this.code = code
    this.status = STATUS[code]
    this.members = members
  }
}

/** How a {@link LocalAppConfigError} came about. */
export type LocalErrorCode =
  | 'OPTION_INVALID'
  | 'SEED_INVALID'
  | 'STATE_UNREADABLE'
  | 'STATE_IN_USE'
  | 'LISTEN_FAILED'
  | 'CLOSED'

/** The options that name a port. */
export type PortOption = 'port' | 'agentPort'

/** A wrong option, an unusable folder, or use after `close()`. */
export class LocalAppConfigError extends Error {
  override readonly name = 'LocalAppConfigError'
  readonly code: LocalErrorCode
  /** Of `LISTEN_FAILED`: the option that says the port. */
  readonly option: PortOption | undefined

  constructor(
    code: LocalErrorCode,
    message: string,
    { option, ...rest }: ErrorOptions & { readonly option?: PortOption } = {},
  ) {
    super(message, rest)
    this.code = code
    this.option = option
  }
}

/** 400. `members` may carry `Reason` and `Details`. */
export function badRequest(
  message: string,
  members?: Readonly<Record<string, unknown>>,
): AppConfigServiceError {
  return new AppConfigServiceError('BadRequestException', message, members)
}

/** 404 as the control plane words it. */
export function notFound(kind: string, identifier: string): AppConfigServiceError {
  return new AppConfigServiceError('ResourceNotFoundException', `${kind} ${identifier} was not found.`, {
    ResourceName: identifier,
  })
}

/** 409. */
export function conflict(message: string): AppConfigServiceError {
  return new AppConfigServiceError('ConflictException', message)
}

/** 413, sizes in bytes; the body gives them in kilobytes, as AppConfig does. */
export function payloadTooLarge(sizeBytes: number, limitBytes: number): AppConfigServiceError {
  const Size = Math.ceil(sizeBytes / 1024)
  const Limit = Math.floor(limitBytes / 1024)
  const message = `The content is ${Size} KB; the limit is ${Limit} KB.`
  return new AppConfigServiceError('PayloadTooLargeException', message, { Measure: 'KILOBYTES', Limit, Size })
}

/** The message of anything that was thrown. */
export function messageOf(cause: unknown): string {
  try {
    // What validators throw may be another realm's error.
    return String(types.isNativeError(cause) ? cause.message : cause)
  } catch {
    return 'something that is no text'
  }
}
