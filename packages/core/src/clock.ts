/**
 * Time as a parameter.
 *
 * Code that waits or measures time uses a {@link Clock}, so a test can simulate a day, and a local AppConfig
 * can share a clock with its clients. Timers of the real clock never keep a process alive.
 *
 * @module
 */

/** A clock. Tests give one that they move themselves. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Calls `callback` once, `delayMs` milliseconds from now. @returns a function that cancels the call. */
  schedule(delayMs: number, callback: () => void): () => void
}

/** The clock of the process. Its timers do not keep the process alive. */
export const systemClock: Clock = {
  now: Date.now,
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, LONGEST_TIMEOUT_MS))
    // Elsewhere than in Node, a timer may be a number.
    timer.unref?.()
    return () => clearTimeout(timer)
  },
}

/** `setTimeout` fires immediately for longer delays. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1
