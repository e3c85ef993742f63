/**
 * Calls with a time-out.
 *
 * @module
 */

/**
 * Runs `work` with a signal that aborts when `signal` does or after `timeoutMs`.
 *
 * `AbortSignal.any` is not used: some versions of Node never release what it ties to a long-lived signal. The
 * timer is a real one, not the client's clock, because it guards a socket.
 *
 * @throws {Error} that names the time-out; or what `work` throws.
 */
export async function withTimeOut<Result>(
  timeoutMs: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  // An aborted signal calls no new listener: without this, the call would be made.
  signal.throwIfAborted()
  const abort = new AbortController()
  const stop = (): void => abort.abort()
  let isLate = false
  const timer = setTimeout(() => {
    isLate = true
    stop()
  }, timeoutMs)
  // Elsewhere than in Node, a timer may be a number.
  timer.unref?.()
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
