/**
 * What goes wrong between a rollout and a store of metrics.
 *
 * @module
 */

/** What is wrong. */
export type MetricsErrorCode =
  /** The store did not answer, or not in time, or answered that it cannot now (429, 5xx). */
  | 'METRICS_UNAVAILABLE'
  /** The store does not let us (401, 403). */
  | 'METRICS_DENIED'
  /** The store does not take the question. */
  | 'METRICS_REFUSED'
  /** What was answered is incomplete, too large, or no answer to the question. */
  | 'METRICS_UNREADABLE'

/**
 * A store of metrics could not be asked. Says nothing about a version: whoever gets it tries again later.
 *
 * Its text holds nothing of the answer: a proxy's page may hold anything.
 */
export class MetricsError extends Error {
  override readonly name = 'MetricsError'
  readonly code: MetricsErrorCode

  constructor(code: MetricsErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
