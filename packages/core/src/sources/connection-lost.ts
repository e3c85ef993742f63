/**
 * Calls whose connection was gone.
 *
 * @module
 */

/**
 * Whether the connection ended before an answer came, by an error or one of its causes. One that was kept open may be
 * gone without our having been told, as after the process stood still: that says nothing about who was asked.
 */
export function isConnectionLost(error: unknown): boolean {
  let left = MOST_CAUSES
  for (let each = error as Chained | undefined; each && left > 0; each = each.cause, left--)
    if (CODES.has(each.code)) return true
  return false
}

interface Chained {
  readonly code?: unknown
  readonly cause?: Chained
}

const CODES: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET'])
/** A chain of causes may be a ring. */
const MOST_CAUSES = 5
