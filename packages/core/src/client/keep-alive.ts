/**
 * Keeping the process alive for what somebody awaits.
 *
 * No timer of a client does: between two attempts to reach a source that does not answer yet, nothing else may be
 * on the event loop, and the process would end in the middle of an `await`, without a word.
 *
 * @module
 */

const A_DAY_MS = 86_400_000

/** The same promise; until it is settled, the process stays. */
export async function keepAliveUntil<Result>(settled: Promise<Result>): Promise<Result> {
  const timer = setInterval(() => {}, A_DAY_MS)
  try {
    return await settled
  } finally {
    clearInterval(timer)
  }
}
