/**
 * A budget that fills up with time.
 *
 * @module
 */
import type { Clock } from '../clock.ts'

/** A rate limit, as tokens that are refilled with time. */
export interface TokenBucket {
  /**
   * Takes one, if more than `reserve` are there.
   *
   * @returns 0 when it was taken, else how many milliseconds until it could be.
   */
  take(reserve?: number): number
  /**
   * Takes one that need not be there yet.
   *
   * @returns milliseconds until it will be: each caller gets a later time than the one before.
   */
  reserve(): number
}

/** Holds `perSecond` at the most, is full at first, and gets as many in each second. */
export function tokenBucket(perSecond: number, clock: Clock): TokenBucket {
  // Less than one a second must still be able to hold one.
  const capacity = Math.max(1, perSecond)
  let available = capacity
  let filledAtMs = clock.now()

  function fill(): void {
    const nowMs = clock.now()
    available = Math.min(capacity, available + (Math.max(0, nowMs - filledAtMs) / 1000) * perSecond)
    filledAtMs = nowMs
  }

  return {
    reserve() {
      fill()
      available -= 1
      return available >= 0 ? 0 : Math.ceil((-available / perSecond) * 1000)
    },
    take(reserve = 0) {
      fill()
      const missing = 1 + Math.min(reserve, capacity - 1) - available
      if (missing > 0) return Math.max(1, Math.ceil((missing / perSecond) * 1000))
      available -= 1
      return 0
    },
  }
}
