/**
 * State that exists once in a process, however many copies of this code are loaded.
 *
 * An application may import this package while one of its libraries requires it: two copies of this code, one
 * request. State they share is on `globalThis`, under a registered symbol whose version changes with the
 * shape of the state.
 *
 * @module
 */

/** `make()`, once per process and `name`. */
export function sharedState<T extends object>(name: string, make: () => T): T {
  const key = Symbol.for(`appconfig-kit.${name}.v1`)
  const home = globalThis as { [key: symbol]: T | undefined }
  let state = home[key]
  if (state === undefined) {
    state = make()
    Object.defineProperty(globalThis, key, { value: state })
  }
  return state
}
