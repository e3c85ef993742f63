/**
 * Keeping a collection within bounds.
 *
 * @module
 */

/**
 * Drops what was added first, until there are no more than `most`.
 *
 * For what is only ever added or taken away: there the oldest is the least recently used, and a map takes no memory
 * for what is not in it, where a cache sets aside room for all it may hold.
 */
export function dropOldest<Key>(
  collection: { readonly size: number; keys(): Iterable<Key>; delete(key: Key): boolean },
  most: number,
): void {
  for (const key of collection.keys()) {
    if (collection.size <= most) return
    collection.delete(key)
  }
}
