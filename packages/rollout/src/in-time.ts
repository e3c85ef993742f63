/**
 * Work that is not waited for longer than this.
 *
 * @module
 */

/**
 * Does the work, and rejects with `late` when it did not end in time; its signal is aborted then. The timer keeps the
 * process alive until one of them happens.
 */
export async function inTime<T>(
  timeoutMs: number,
  late: Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(late)
      controller.abort(late)
    }, timeoutMs)
  })
  try {
    return await Promise.race([work(controller.signal), timeout])
  } finally {
    clearTimeout(timer)
  }
}
