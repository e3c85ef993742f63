/**
 * Async iterators whose body runs in the context they were made in.
 *
 * A generator's body does not run when it is called, but when somebody asks for the next value: for a GraphQL
 * subscription that is the driver, in a context of its own.
 *
 * @module
 */

/** Runs `work` in the context meant. */
type Run = <Result>(work: () => Result) => Result

/** An async iterator in `run`'s context; any other value as it is. */
export function bindIterator(value: unknown, run: Run): unknown {
  if (!isAsyncIterable(value)) return value
  const iterator = run(() => value[Symbol.asyncIterator]())
  const bound: AsyncIterableIterator<unknown> = {
    next: () => run(() => iterator.next()),
    return: (result) => run(() => iterator.return?.(result) ?? ended(result)),
    throw: (error) => run(() => iterator.throw?.(error) ?? Promise.reject(error)),
    [Symbol.asyncIterator]: () => bound,
  }
  return bound
}

async function ended(value: unknown): Promise<IteratorResult<unknown>> {
  return { done: true, value: await value }
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}
