/**
 * The check `inexact-number`: integers beyond 2^53, which JavaScript reads as a number beside them.
 *
 * @module
 */
import { inexactNumbers } from '@appconfig-kit/core/documents'
import type { Check } from './check.ts'

const INTEGER = /^[-+]?\d+$/
const PROBLEM = 'is an integer that JavaScript reads as another number: put it in quotes'

export const inexactNumber: Check = ({ json, scalars }) => [
  ...inexactNumbers(json ?? '').map((where) => ({ ...where, problem: PROBLEM })),
  ...scalars.flatMap(({ source, value, place, line, column }) =>
    typeof value === 'number' && INTEGER.test(source) && !isExact(source, value)
      ? [{ place, line, column, problem: PROBLEM }]
      : [],
  ),
]

function isExact(source: string, value: number): boolean {
  return BigInt(source.replace('+', '')) === BigInt(value)
}
