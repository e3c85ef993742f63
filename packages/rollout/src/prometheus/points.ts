/**
 * The points in time at which counters are read.
 *
 * @module
 */

/** Points at equal distances; between two neighbours is an interval. */
export interface Points {
  readonly fromMs: number
  readonly stepMs: number
  /** How many intervals there are: one less than points. */
  readonly intervals: number
}

/** Far below the 11,000 points that Prometheus gives, since an answer has as many for each series. */
const MOST_INTERVALS = 1440

/**
 * Whole intervals from one time to another. They always begin at the same time, so that asking again later gives
 * the same ones, and are longer where there would be more than 1440.
 */
export function pointsOf(fromMs: number, toMs: number, intervalMs: number): Points {
  const rangeMs = Math.max(0, toMs - fromMs)
  const stepMs = intervalMs * Math.max(1, Math.ceil(rangeMs / intervalMs / MOST_INTERVALS))
  return { fromMs, stepMs, intervals: Math.floor(rangeMs / stepMs) }
}

/** The number of the point at a time; undefined for a time that is none. */
export function pointAt({ fromMs, stepMs, intervals }: Points, timeMs: number): number | undefined {
  const at = Math.round((timeMs - fromMs) / stepMs)
  return at >= 0 && at <= intervals ? at : undefined
}
