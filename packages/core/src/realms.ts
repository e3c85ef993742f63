/**
 * What kind of thing a value is, whichever realm it was made in.
 *
 * Jest, vitest's `vmThreads` and `node:vm` give a program globals of its own: its `Error`, `Promise` or
 * `Object.prototype` are not those of what Node hands out, nor those of this module. What comes from
 * outside this package is therefore judged here, and never by `instanceof`.
 *
 * @module
 */

/** An object whose prototype is an `Object.prototype`, or none: no array, and no instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // Another realm's: the end of the chain, and no object that was made to be inherited from.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** An error: also one that is no `Error`, such as a `DOMException`. */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  const { name, message } = value as Partial<Error>
  return typeof name === 'string' && typeof message === 'string'
}

/** Whether an error is of the language's kind, such as `RangeError`. */
export function isErrorNamed(value: unknown, name: string): value is Error {
  return isErrorLike(value) && value.name === name
}

/** Something to wait for. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return 'then' in value && typeof value.then === 'function'
}
