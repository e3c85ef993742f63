/**
 * Unknown options: a misspelt option must be an error, not a default.
 *
 * @module
 */
import { OptionsError, quoted } from '../errors.ts'

/**
 * Refuses options that are not known.
 *
 * @param of the function that got the options, for the error's text.
 * @throws {OptionsError} `OPTIONS_INVALID`, also for options that are no object.
 */
export function refuseUnknownOptions(of: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new OptionsError('OPTIONS_INVALID', `${of} takes an object of options, got ${quoted(options)}`)
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  throw new OptionsError(
    'OPTIONS_INVALID',
    `${of} has no option ${quoted(unknown)}. ${didYouMean(unknown, known)}`,
  )
}

/** A hint at the name that was probably meant, and all names. */
export function didYouMean(name: string, names: readonly string[]): string {
  const [best] = names
    .map((candidate) => ({ candidate, slips: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ slips }) => slips <= Math.max(1, Math.floor(name.length / 3)))
    .sort((a, b) => a.slips - b.slips)
  return `${best === undefined ? '' : `Did you mean ${best.candidate}? `}There ${names.length === 1 ? 'is' : 'are'} ${names.join(', ')}`
}

/** The Levenshtein distance of two texts. */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, at) => at)
  for (const [at, letter] of [...from].entries()) {
    const next = [at + 1]
    for (let column = 1; column <= to.length; column++) {
      const changed = (row[column - 1] as number) + (letter === to[column - 1] ? 0 : 1)
      next.push(Math.min(changed, (row[column] as number) + 1, (next[column - 1] as number) + 1))
    }
    row = next
  }
  return row[to.length] as number
}
