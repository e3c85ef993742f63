/**
 * A call of CloudWatch, and what its exceptions mean.
 *
 * @module
 */
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch'
import { MetricsError, type MetricsErrorCode } from '../metrics/metrics-error.ts'

/** The part of the AWS SDK's client that is used. */
export type Client = Pick<CloudWatchClient, 'send' | 'config'>

/**
 * What a call brings.
 *
 * @param operation for messages.
 * @throws {MetricsError}
 */
export async function ask<T>(operation: string, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    // A mistake in the program is no answer of CloudWatch's.
    if (error instanceof TypeError || error instanceof ReferenceError || error instanceof MetricsError)
      throw error
    const { name = 'Error', code, $metadata } = error as Thrown
    const status = $metadata?.httpStatusCode
    if (signal.aborted) {
      throw new MetricsError('METRICS_UNAVAILABLE', `CloudWatch did not answer ${operation} in time.`, {
        cause: error,
      })
    }
    if (status === undefined) {
      const message = `CloudWatch could not be asked for ${operation} (${code ?? name}).`
      throw new MetricsError('METRICS_UNAVAILABLE', message, { cause: error })
    }
    const message = `CloudWatch answered ${operation} with ${status} ${name}.`
    throw new MetricsError(codeOf(status, name), message, { cause: error })
  }
}

interface Thrown {
  readonly name?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
}

/** AWS answers want of permission with 400 in some protocols, and throttling, too. */
function codeOf(status: number, name: string): MetricsErrorCode {
  if (
    status === 401 ||
    status === 403 ||
    /^AccessDenied|^UnrecognizedClient|^InvalidClientTokenId/.test(name)
  ) {
    return 'METRICS_DENIED'
  }
  if (status === 429 || status >= 500 || /Throttl|LimitExceeded/.test(name)) return 'METRICS_UNAVAILABLE'
  return 'METRICS_REFUSED'
}
