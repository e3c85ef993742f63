/**
 * Finding the part of a tree by its place.
 *
 * @module
 */

/** The most dots a key may have to be found. */
const MOST_DOTTED = 20

/** The parts of an object or list, by key or index. */
export type Parts<Part> = Pick<ReadonlyMap<string, Part>, 'has' | 'get'>

/** The part at a place, or its nearest ancestor. Keys may hold dots: the longest that matches is taken. */
export function partAt<Part>(
  root: Part,
  place: string,
  partsOf: (part: Part) => Parts<Part> | undefined,
): Part {
  if (place === '') return root
  let part = root
  let rest = place.split('.')
  for (;;) {
    const parts = partsOf(part)
    let length = Math.min(rest.length, MOST_DOTTED)
    while (length > 0 && !parts?.has(rest.slice(0, length).join('.'))) length--
    const next = parts?.get(rest.slice(0, length).join('.'))
    if (length === 0 || next === undefined) return part
    part = next
    rest = rest.slice(length)
  }
}
