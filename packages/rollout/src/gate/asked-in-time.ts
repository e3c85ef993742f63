/**
 * Asking a source of counts, which is the caller's and may never answer.
 *
 * @module
 */
import { inTime } from '../in-time.ts'
import { checkedIntervals } from './checked-intervals.ts'
import type { CountedInterval, CountsQuery, CountsSource } from './counts.ts'

/** Asks, and rejects when no answer came in time or one that holds no counts. */
export async function askedInTime(
  counts: CountsSource,
  query: CountsQuery,
  timeoutMs: number,
): Promise<readonly CountedInterval[]> {
  const late = new Error(`no counts arrived within ${timeoutMs} ms`)
  return checkedIntervals(await inTime(timeoutMs, late, async (signal) => counts(query, signal)))
}
