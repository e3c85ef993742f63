/**
 * A table of entities by key: the unit in which state is kept and journalled.
 *
 * Entities are never changed in place; a change is a `put` of a new object, so code that holds an entity may
 * keep reading it, and the journal sees every change.
 *
 * @module
 */

/** Entities of one kind, in the order in which their keys were first put. */
export interface Table<T> {
  get(key: string): T | undefined
  all(): T[]
  put(key: string, entity: T): void
  remove(key: string): void
}

/** One change to one table; without `entity` it was removed. */
export interface Change {
  readonly table: string
  readonly key: string
  readonly entity?: unknown
}

/** Makes an empty table that reports each change to `onChange`. */
export function createTable<T>(name: string, onChange: (change: Change) => void): Table<T> {
  const entities = new Map<string, T>()
  return {
    get: (key) => entities.get(key),
    all: () => [...entities.values()],
    put(key, entity) {
      entities.set(key, entity)
      onChange({ table: name, key, entity })
    },
    remove(key) {
      if (entities.delete(key)) onChange({ table: name, key })
    },
  }
}
