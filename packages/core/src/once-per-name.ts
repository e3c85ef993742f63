/**
 * Telling each thing once, though the things' names may come from requests.
 *
 * @module
 */

/** Beyond these nothing is told: a name may come from a request. */
const MOST_NAMES = 1000

/** @returns a function that passes on the first call for each name. */
export function oncePerName(tell: (name: string, problem: string) => void): typeof tell {
  const told = new Set<string>()
  return function tellOnce(name, problem) {
    if (told.has(name) || told.size >= MOST_NAMES) return
    told.add(name)
    tell(name, problem)
  }
}
