/**
 * Reporting each name once, also if names come from requests.
 *
 * @module
 */

/**
 * The most names that are remembered; further ones are not reported, since a name may come from a request.
 */
const MOST_NAMES = 1000

/** @returns a function that calls `tell` at the first call for each name. */
export function oncePerName(tell: (name: string, problem: string) => void): typeof tell {
  const told = new Set<string>()
  return function tellOnce(name, problem) {
    if (told.has(name) || told.size >= MOST_NAMES) return
    told.add(name)
    tell(name, problem)
  }
}
