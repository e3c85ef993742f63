/**
 * What an exception of the AWS SDK means for a rollout.
 *
 * @module
 */

/** The meaning of an exception. */
export type Meaning =
  /** Somebody else was first: look again. */
  | 'conflict'
  /** AppConfig said no, and would again. */
  | 'refused'
  /** Nobody knows whether it happened: look again later. */
  | 'unreachable'

interface Thrown {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

const REFUSALS = [
  'BadRequestException',
  'ResourceNotFoundException',
  'PayloadTooLargeException',
  'ServiceQuotaExceededException',
]

/**
 * The meaning of something thrown by a call.
 *
 * @throws the error itself if it is a mistake in the program.
 */
export function meaningOf(error: unknown): Meaning {
  if (error instanceof TypeError || error instanceof ReferenceError) throw error
  const { name = '' } = error as Thrown
  if (name === 'ConflictException') return 'conflict'
  return REFUSALS.includes(name) ? 'refused' : 'unreachable'
}

/** It on one line, without values. */
export function reasonOf(error: unknown): string {
  const { name = 'Error', message = '', code, $metadata } = error as Thrown
  if (name === 'AbortError' || name === 'TimeoutError') return 'AppConfig did not answer in time'
  const status = $metadata?.httpStatusCode
  const what = message === '' || message === 'UnknownError' ? (code ?? name) : message
  const text = status === undefined ? what : `AppConfig answered ${status} ${name}: ${what}`
  return text.replace(/\s*\n\s*/g, ' ')
}
