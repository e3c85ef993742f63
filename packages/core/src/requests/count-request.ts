/**
 * Counting requests when they end, however they end.
 *
 * @module
 */
import type { RequestCounter } from '../client/app-config-client.ts'
import type { Decision } from './decisions.ts'

/** The part of Node's response that is used. */
export interface ResponseLike {
  readonly statusCode: number
  /** Whether all of the answer was handed to the operating system. */
  readonly writableFinished: boolean
  on(event: 'close', listener: () => void): unknown
}

/** Counts a request once its response is closed: sent, or given up by the client. */
export function countWhenClosed(counter: RequestCounter, decision: Decision, response: ResponseLike): void {
  const beganAtMs = performance.now()
  // Not async context's affair: nothing of the request is looked up here.
  response.on('close', () => {
    if (decision.isStream || (decision.seen === undefined && !decision.isUnavailable)) return
    counter(decision.seen, {
      status: response.statusCode,
      isFinished: response.writableFinished,
      tookMs: performance.now() - beganAtMs,
      sides: decision.sides,
    })
  })
}

/** Whether an adapter's request has a response that tells its end. */
export function isResponse(value: unknown): value is ResponseLike {
  return typeof (value as Partial<ResponseLike> | undefined)?.on === 'function'
}
