/**
 * Failures in the forms they have on the wire.
 *
 * AppConfig answers JSON, and the SDKs take the exception's name from the `x-amzn-errortype`
 * header, which it ends with a colon. The Agent answers a text.
 *
 * @module
 */

import { tokenProblem } from '../data-plane/sessions.ts'
import { AppConfigServiceError } from '../errors.ts'
import type { Fault } from '../testing/faults.ts'
import type { Reply } from './operation.ts'

/** A failure before it has a form. */
export interface Failure {
  readonly status: number
  /** The exception's name. */
  readonly type: string
  readonly message: string
  readonly members?: Readonly<Record<string, unknown>>
}

/** How a server words its failures. */
export type FailureForm = (failure: Failure) => Reply

/** As AppConfig answers: JSON, and the exception's name in a header. */
export const awsForm: FailureForm = ({ status, type, message, members }) => {
  return { status, headers: { 'x-amzn-errortype': `${type}:` }, json: { Message: message, ...members } }
}

/** As the Agent answers: a text. */
export const agentForm: FailureForm = ({ status, type, message }) => {
  return {
    status,
    headers: { 'content-type': 'application/text' },
    content: Buffer.from(`${type}: ${message}`),
  }
}

/** The failure of an error that an operation threw. */
export function failureOf(error: unknown): Failure {
  if (error instanceof AppConfigServiceError) {
    return { status: error.status, type: error.code, message: error.message, members: error.members }
  }
  return { status: 500, type: 'InternalServerException', message: `The local AppConfig failed: ${error}` }
}

/** The failure that a fault answers with, if it answers. */
export function failureOfFault({ status, problem, errorType }: Fault): Failure | undefined {
  if (problem !== undefined) return failureOf(tokenProblem(problem))
  if (status === undefined) return undefined
  const type = errorType ?? TYPE_OF_STATUS[status] ?? 'InternalServerException'
  return { status, type, message: 'This fault was asked for' }
}

const TYPE_OF_STATUS: Readonly<Record<number, string>> = {
  400: 'BadRequestException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  409: 'ConflictException',
  413: 'PayloadTooLargeException',
  429: 'ThrottlingException',
  502: 'BadGatewayException',
  503: 'ServiceUnavailableException',
  504: 'GatewayTimeoutException',
}
