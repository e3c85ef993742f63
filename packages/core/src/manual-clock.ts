/**
 * A clock for tests, which moves only when it is advanced.
 *
 * @module
 */
import type { Clock } from './clock.ts'

/** A {@link Clock} whose time stands still between calls of {@link ManualClock.advance}. */
export interface ManualClock extends Clock {
  /**
   * Advances time by milliseconds and calls every callback that falls due, in order, each at its own time.
   */
  advance(byMs: number): void
}

interface Appointment {
  readonly atMs: number
  readonly callback: () => void
}

/**
 * Makes a clock for tests. Its time stands still until it is advanced.
 *
 * I/O that a callback starts still takes real time: wait for its outcome (an event, a recorded call), not for
 * the clock.
 *
 * @param startMs its first time, in milliseconds since the epoch.
 * @default 1_700_000_000_000
 */
export function manualClock(startMs = 1_700_000_000_000): ManualClock {
  let nowMs = startMs
  const appointments = new Set<Appointment>()

  function nextUntil(limitMs: number): Appointment | undefined {
    let next: Appointment | undefined
    for (const appointment of appointments) {
      if (appointment.atMs <= limitMs && (!next || appointment.atMs < next.atMs)) next = appointment
    }
    return next
  }

  return {
    now: () => nowMs,
    schedule(delayMs, callback) {
      const appointment = { atMs: nowMs + Math.max(0, delayMs), callback }
      appointments.add(appointment)
      return () => appointments.delete(appointment)
    },
    advance(byMs) {
      const untilMs = nowMs + byMs
      for (let next = nextUntil(untilMs); next; next = nextUntil(untilMs)) {
        appointments.delete(next)
        nowMs = Math.max(nowMs, next.atMs)
        next.callback()
      }
      nowMs = untilMs
    },
  }
}
