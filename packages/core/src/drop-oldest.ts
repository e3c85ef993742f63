/**
 * A bound for collections.
 *
 * @module
 */

/**
 * Deletes the oldest entries until there are at most `most`.
 *
 * For collections whose order of insertion is their order of use. A map takes no memory for entries it does
 * not hold, while a cache allocates its capacity at once.
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
