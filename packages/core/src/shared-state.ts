/**
 * State that must exist once in a process, however often we are loaded.
 *
 * An application may import us while one of its libraries requires us: two copies of this code,
 * one request. What they must agree on lives on `globalThis` under a registered symbol whose
 * version changes whenever its shape does.
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
