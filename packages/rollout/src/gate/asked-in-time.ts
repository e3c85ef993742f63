/**
 * Asking a source of counts, which is the caller's and may never answer.
 *
 * @module
 */
import { checkedIntervals } from './checked-intervals.ts'
import type { CountedInterval, CountsQuery, CountsSource } from './counts.ts'

/** Asks, and rejects when no answer came in time or one that holds no counts. The timer keeps the process alive until then. */
export async function askedInTime(
  counts: CountsSource,
  query: CountsQuery,
  timeoutMs: number,
): Promise<readonly CountedInterval[]> {
  const controller = new AbortController()
  const late = new Error(`no counts arrived within ${timeoutMs} ms`)
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late)
      controller.abort(late)
    }, timeoutMs)
  })
  try {
    return checkedIntervals(await Promise.race([counts(query, controller.signal), timeout]))
  } finally {
    clearTimeout(timer)
  }
}
