/**
 * Time, passed in.
 *
 * Everything here that waits or measures does so through a {@link Clock}, so a test can
 * play a day in no time and a local AppConfig can run on the same clock as its clients.
 * Timers of the real clock never keep a process alive.
 *
 * @module
 */

/** What this project needs of time. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `callback` once, `delayMs` from now; the answer cancels it. */
  schedule(delayMs: number, callback: () => void): () => void
}

/** The real clock. */
export const systemClock: Clock = {
  now: Date.now,
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_TIMEOUT_MS))
    timer.unref()
    return () => clearTimeout(timer)
  },
}

/** `setTimeout` fires at once for anything longer. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
