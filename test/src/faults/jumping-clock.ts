/**
 * The clock of a machine that is set by hand: the time of day jumps, and timers do not care.
 *
 * @module
 */
import type { Clock } from '@appconfig-kit/core'

export interface JumpingClock extends Clock {
  /** Sets the time of day forward, or back. */
  jump(byMs: number): void
  /** Milliseconds until the next timer is due; undefined without one. */
  untilNextMs(): number | undefined
}

/** @param time what timers go by. */
export function jumpingClock(time: Clock): JumpingClock {
  let aheadMs = 0
  const dueAtMs = new Map<object, number>()
  return {
    now: () => time.now() + aheadMs,
    schedule(delayMs, callback) {
      const timer = {}
      dueAtMs.set(timer, time.now() + Math.max(0, delayMs))
      const cancel = time.schedule(delayMs, () => {
        dueAtMs.delete(timer)
        callback()
      })
      return () => {
        dueAtMs.delete(timer)
        cancel()
      }
    },
    jump(byMs) {
      aheadMs += byMs
    },
    untilNextMs: () =>
      dueAtMs.size === 0 ? undefined : Math.max(0, Math.min(...dueAtMs.values()) - time.now()),
  }
}
