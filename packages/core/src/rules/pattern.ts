/**
 * Patterns of `matches`: RE2's syntax, found anywhere in a text.
 *
 * RE2 takes time in proportion to pattern and text and never goes back, so no pattern can hang a request; both
 * are bounded all the same, for a long text and a large pattern together are slow too.
 *
 * @module
 */
import { RE2JS } from 're2js'
import type { Truth } from './truth.ts'

/** Whether a text has the pattern in it; a text too long for it can't be known. */
export type Search = (text: string) => Truth

/** States of the pattern times characters of the text: a millisecond at the worst. */
const MOST_STEPS = 20_000
const MOST_STATES = 500

/** @throws {Error} for another syntax, and for repetitions that unroll to too many states. */
export function compilePattern(pattern: string): Search {
  const expression = compileRe2(pattern)
  const states = expression.programSize()
  if (states > MOST_STATES) throw new Error('the pattern is too large: its repetitions are unrolled')
  const longest = Math.floor(MOST_STEPS / states)
  return (text) => (text.length <= longest ? expression.matcher(text).find() : undefined)
}

function compileRe2(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    throw new Error(
      `the pattern is not of RE2's syntax (${error instanceof Error ? error.message : 'unreadable'})`,
    )
  }
}
