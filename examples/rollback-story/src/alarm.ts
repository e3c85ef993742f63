/**
 * An alarm on the error rate, as CloudWatch would evaluate it: over the threshold in two minutes
 * running it is in ALARM, under it in two minutes running it is OK again. A minute without requests
 * says nothing.
 *
 * @module
 */
import type { AlarmState } from '@appconfig-kit/local'

export const ALARM_ARN = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:api-error-rate'
/** Of all requests, in percent. */
export const THRESHOLD_PERCENT = 5

const PERIOD_MS = 60_000
const PERIODS = 2

/** How many requests there were so far, and how many of them failed. */
export interface Counts {
  readonly requests: number
  readonly errors: number
}

/** @returns a function to be told the counts as time passes; it answers the alarm's state. */
export function errorRateAlarm(startMs: number): (nowMs: number, counts: Counts) => AlarmState {
  let state: AlarmState = 'OK'
  let periodEndMs = startMs + PERIOD_MS
  let before: Counts = { requests: 0, errors: 0 }
  let verdicts: boolean[] = []

  return function evaluate(nowMs, counts) {
    if (nowMs < periodEndMs) return state
    const requests = counts.requests - before.requests
    if (requests > 0) {
      const percent = (100 * (counts.errors - before.errors)) / requests
      verdicts = [...verdicts, percent > THRESHOLD_PERCENT].slice(-PERIODS)
      if (verdicts.length === PERIODS && verdicts.every((isOver) => isOver)) state = 'ALARM'
      if (verdicts.every((isOver) => !isOver)) state = 'OK'
    }
    before = counts
    periodEndMs = nowMs + PERIOD_MS
    return state
  }
}
