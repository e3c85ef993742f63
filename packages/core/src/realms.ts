/**
 * The kind of a value, whichever realm it was made in.
 *
 * Jest, vitest's `vmThreads` and `node:vm` give a program globals of its own: their `Error`, `Promise` or
 * `Object.prototype` differ from those of Node's own objects and of this module. So values from outside this
 * package are checked here, never by `instanceof`.
 *
 * @module
 */

/** Whether a value is an object with an `Object.prototype` or none: no array, and no instance of a class. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  // Another realm's `Object.prototype`: it ends the chain, and is no object made for inheritance.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype as object, 'isPrototypeOf')
}

/** Whether a value has the shape of an error, also one that is no `Error`, such as a `DOMException`. */
export function isErrorLike(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  const { name, message } = value as Partial<Error>
  return typeof name === 'string' && typeof message === 'string'
}

/** Whether an error has the name of a built-in class, such as `RangeError`. */
export function isErrorNamed(value: unknown, name: string): value is Error {
  return isErrorLike(value) && value.name === name
}

/** Whether a value has a `then` method. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== 'object' && typeof value !== 'function') || value === null) return false
  return 'then' in value && typeof value.then === 'function'
}

/** Which built-in class made a value: `Error`, `RegExp`, `Uint8Array`; of any realm, and with its subclasses. */
export function kindOf(value: unknown): string {
  try {
    return Object.prototype.toString.call(value).slice('[object '.length, -1)
  } catch {
    // A revoked proxy.
    return ''
  }
}

/** Whether a value was made by `Error` or one of its subclasses. */
export function isNativeError(value: unknown): value is Error {
  return kindOf(value) === 'Error'
}
