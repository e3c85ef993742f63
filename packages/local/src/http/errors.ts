/**
 * Errors in the form AppConfig gives them on the wire.
 *
 * The SDKs take the exception's name from the `x-amzn-errortype` header, which AppConfig ends
 * with a colon.
 *
 * @module
 */
import { AppConfigServiceError } from '../errors.ts'
import type { Fault } from '../faults.ts'
import { tokenProblem } from '../sessions.ts'
import type { Reply } from './operation.ts'

/** Turns whatever an operation threw into an answer. */
export function errorReply(error: unknown): Reply {
  if (!(error instanceof AppConfigServiceError)) {
    return wireError(500, 'InternalServerException', `The local AppConfig failed: ${error}`)
  }
  return wireError(error.status, error.code, error.message, error.members)
}

/** The answer a fault gives in AppConfig's place, if it is one that does. */
export function faultReply({ status, problem, errorType }: Fault): Reply | undefined {
  if (problem !== undefined) return errorReply(tokenProblem(problem))
  if (status === undefined) return undefined
  const type = errorType ?? TYPE_OF_STATUS[status] ?? 'InternalServerException'
  return wireError(status, type, 'This fault was asked for')
}

const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  413: 'PayloadTooLargeException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
}

function wireError(status: number, type: string, message: string, members: object = {}): Reply {
  return { status, headers: { 'x-amzn-errortype': `${type}:` }, json: { Message: message, ...members } }
}
