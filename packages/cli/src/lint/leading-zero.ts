/**
 * The check `leading-zero`: `0755`, which YAML 1.1 reads as octal, 493, and YAML 1.2 as 755.
 *
 * @module
 */
import type { Check } from './check.ts'

const LEADING_ZERO = /^[-+]?0\d+$/

/** Finds numbers with a leading zero in YAML. */
export const leadingZero: Check = ({ scalars }) =>
  scalars.flatMap(({ source, value, place, line, column }) => {
    if (typeof value !== 'number' || !LEADING_ZERO.test(source)) return []
    const problem = `${source} is read as the number ${value}: write 0o for octal, or put it in quotes`
    return [{ place, line, column, problem }]
  })
