/**
 * Keeping the process alive while a promise is awaited.
 *
 * Timers of a client do not. Between two attempts to reach a source, the event loop may be empty, and the
 * process would end silently in the middle of an `await`.
 *
 * @module
 */

const A_DAY_MS = 86_400_000

/** The same promise. The process stays until it is settled. */
export async function keepAliveUntil<Result>(settled: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {}, A_DAY_MS)
  try {
    return await settled
  } finally {
    clearInterval(timer)
  }
}
