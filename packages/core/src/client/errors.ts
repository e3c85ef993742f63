/**
 * Errors that several modules of a client throw.
 *
 * @module
 */
import { UnavailableError } from '../errors.ts'

/** The error of calls after `close()`. */
export function closedError(): UnavailableError {
  return new UnavailableError(
    'CLIENT_CLOSED',
    'the client was closed. Make a new one, or close it after the last request',
  )
}
