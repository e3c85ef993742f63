/**
 * The check `inexact-number`: integers beyond 2^53, which JavaScript reads as a number beside them.
 *
 * @module
 */
import { inexactNumbers, isExactNumber } from '@appconfig-kit/core/documents'
import type { Check } from './check.ts'

const PROBLEM = 'is an integer that JavaScript reads as another number: put it in quotes'

/** Finds integers that JavaScript can't hold exactly. */
export const inexactNumber: Check = ({ json, scalars }) => [
  ...inexactNumbers(json ?? '').map((where) => ({ ...where, problem: PROBLEM })),
  ...scalars.flatMap(({ source, value, place, line, column }) =>
    typeof value === 'number' && !isExactNumber(source) ? [{ place, line, column, problem: PROBLEM }] : [],
  ),
]
