/**
 * The periods for which CloudWatch still has numbers.
 *
 * @module
 */

/** Periods, one after the other. */
export interface Period {
  readonly seconds: number
  readonly startMs: number
  readonly endMs: number
}

const DAY_MS = 86_400_000

/**
 * The whole periods between two times: of a minute, of five minutes where they begin 14 days ago or earlier, of an
 * hour where that is 62 days. CloudWatch keeps shorter ones for a day longer.
 */
export function periodOf(fromMs: number, toMs: number, nowMs: number): Period {
  const ageMs = nowMs - fromMs
  const seconds = ageMs < 14 * DAY_MS ? 60 : ageMs < 62 * DAY_MS ? 300 : 3600
  const lengthMs = seconds * 1000
  return {
    seconds,
    startMs: Math.ceil(fromMs / lengthMs) * lengthMs,
    endMs: Math.floor(toMs / lengthMs) * lengthMs,
  }
}
