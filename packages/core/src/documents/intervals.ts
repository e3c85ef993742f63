/**
 * Delays to the next poll.
 *
 * @module
 */
import { type DocumentState, isAbsent } from './document-state.ts'

/** Until the source has named an interval: AppConfig's own default. */
export const DEFAULT_INTERVAL_MS = 60_000
/** A poll that is later than this is taken for a sign that the process was suspended, not busy. */
const LEAST_OVERDUE_MS = 30_000
/** How late a poll may be before requests wait for it: not at all where only requests begin one. */
export function graceMs(refresh: 'interval' | 'onRequest', intervalMs: number): number {
  return refresh === 'onRequest' ? 0 : Math.max(intervalMs, LEAST_OVERDUE_MS)
}

/** Bounds of all intervals, whatever a server or a source answers: a second and a day. */
const SHORTEST_INTERVAL_MS = 1000
const LONGEST_INTERVAL_MS = 86_400_000
/** Without any content there is nothing to serve, so the first retries come early. */
const FIRST_RETRY_MS = 1000
/** Only while a request waits for it, which is not for long. */
const FIRST_RETRY_ON_REQUEST_MS = 100
const LONGEST_RETRY_ON_REQUEST_MS = 400
const LONGEST_FIRST_RETRY_MS = 60_000
const LONGEST_BACKOFF_MS = 600_000

/** `ms` within a second and a day; `otherwise` where it is no positive number. */
export function boundedMs(ms: number, otherwise: number): number {
  if (!Number.isFinite(ms) || ms <= 0) return otherwise
  return Math.min(Math.max(ms, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS)
}

/** The delay after a failed poll, before jitter: it doubles with each consecutive failure. */
export function backoffMs(
  state: DocumentState,
  intervalMs: number,
  refresh: 'interval' | 'onRequest' = 'interval',
): number {
  // A document from the backup waits for its first answer, too.
  const isCold = state.checkedAtMs === undefined || (state.current === undefined && !isAbsent(state))
  const [retryMs, longestRetryMs] =
    refresh === 'onRequest'
      ? [FIRST_RETRY_ON_REQUEST_MS, LONGEST_RETRY_ON_REQUEST_MS]
      : [FIRST_RETRY_MS, LONGEST_FIRST_RETRY_MS]
  const firstMs = isCold ? Math.min(retryMs, intervalMs) : intervalMs
  const longestMs = Math.max(isCold ? longestRetryMs : LONGEST_BACKOFF_MS, firstMs)
  return Math.min(firstMs * 2 ** (state.failures - 1), longestMs)
}
