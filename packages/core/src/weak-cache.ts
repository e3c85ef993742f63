/**
 * A cache of objects that are in use elsewhere.
 *
 * Values are held weakly: one that is no longer used elsewhere is collected, and its key is deleted.
 *
 * @module
 */

/** A cache that keeps no value alive. */
export interface WeakCache<Value extends object> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** Makes an empty cache. */
export function createWeakCache<Value extends object>(): WeakCache<Value> {
  const references = new Map<string, WeakRef<Value>>()
  const collected = new FinalizationRegistry<string>((key) => {
    // Another value may have taken the key since.
    if (references.get(key)?.deref() === undefined) references.delete(key)
  })
  return {
    get: (key) => references.get(key)?.deref(),
    set(key, value) {
      references.set(key, new WeakRef(value))
      collected.register(value, key)
    },
  }
}
