/**
 * A call that may take only so long.
 *
 * @module
 */

/**
 * Runs `work` with a signal that aborts when `signal` does or when the time is over.
 *
 * Not `AbortSignal.any`: what it ties to a long-lived signal some versions of Node never let go. The timer
 * is a real one, whatever clock the client has: it guards a socket.
 *
 * @throws {Error} that says so when the time is over; else what `work` throws.
 */
export async function withTimeOut<Result>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // An aborted signal tells no listener: without this, the call would be made.
  signal.throwIfAborted()
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    stop()
  }, timeoutMs).unref()
  signal.addEventListener('abort', stop)
  try {
    return await work(abort.signal)
  } catch (error) {
    throw isLate ? new Error(`no answer within ${timeoutMs} ms`, { cause: error }) : error
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', stop)
  }
}
