/**
 * How long until a document is asked for again.
 *
 * @module
 */
import { type DocumentState, isAbsent } from './document-state.ts'

/** Until the source has named an interval: AppConfig's own default. */
export const DEFAULT_INTERVAL_MS = 60_000
/** Longer than a busy process takes: one that is later than this was suspended. */
export const LEAST_OVERDUE_MS = 30_000
/** Whatever a server or a source of the user's answers: no more than one ask a second, at least one a day. */
const SHORTEST_INTERVAL_MS = 1000
const LONGEST_INTERVAL_MS = 86_400_000
/** Until the first content there is nothing to serve: ask soon again. */
const FIRST_RETRY_MS = 1000
const LONGEST_FIRST_RETRY_MS = 60_000
const LONGEST_BACKOFF_MS = 600_000

/** `ms` within a second and a day; `otherwise` where it is no positive number. */
export function boundedMs(ms: number, otherwise: number): number {
  if (!Number.isFinite(ms) || ms <= 0) return otherwise
  return Math.min(Math.max(ms, SHORTEST_INTERVAL_MS), LONGEST_INTERVAL_MS)
}

/** After a failure, before jitter: it doubles with each in a row. */
export function backoffMs(state: DocumentState, intervalMs: number): number {
  const isCold = state.current === undefined && !isAbsent(state)
  const firstMs = isCold ? Math.min(FIRST_RETRY_MS, intervalMs) : intervalMs
  const longestMs = Math.max(isCold ? LONGEST_FIRST_RETRY_MS : LONGEST_BACKOFF_MS, firstMs)
  return Math.min(firstMs * 2 ** (state.failures - 1), longestMs)
}
