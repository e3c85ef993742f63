/**
 * A limit for promises that nothing can abort, such as those of a user's store.
 *
 * @module
 */

/**
 * The same result, or a rejection after `ms`. By a real timer, not the client's clock: it guards I/O.
 *
 * @throws {Error} that names the limit; or what the promise rejects with.
 */
export function within<Result>(ms: number, promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms)
    timer.unref?.()
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
