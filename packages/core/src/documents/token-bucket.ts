/**
 * A token bucket: a rate limit.
 *
 * @module
 */
import type { Clock } from '../clock.ts'

/** A rate limit, as tokens that are refilled with time. */
export interface TokenBucket {
  /**
   * Takes a token, if more than `reserve` are available.
   *
   * @returns 0 if it was taken, else the milliseconds until it could be.
   */
  take(reserve?: number): number
  /**
   * Takes a token in advance.
   *
   * @returns the milliseconds until it is available; each call gets a later time than the one before.
   */
  reserve(): number
}

/** Holds at most `perSecond` tokens, is full at first, and gains `perSecond` in each second. */
export function tokenBucket(perSecond: number, clock: Clock): TokenBucket {
  // A rate below one a second must still be able to hold a token.
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
