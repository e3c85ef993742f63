/**
 * All operators of the rule language. To add one: a file here, and a row.
 *
 * @module
 */
import { COMPARISONS } from './comparisons.ts'
import { EXISTS } from './exists.ts'
import { IN } from './in.ts'
import { JUNCTIONS } from './junctions.ts'
import { MATCHES } from './matches.ts'
import type { Operator } from './operator.ts'
import { SPLIT } from './split.ts'
import { TEXT_TESTS } from './text-tests.ts'

/** By their names, in the order of docs/flags.md. */
export const OPERATORS: ReadonlyMap<string, Operator> = new Map(
  [...COMPARISONS, ...JUNCTIONS, ...TEXT_TESTS, IN, MATCHES, EXISTS, SPLIT].map((operator) => [
    operator.name,
    operator,
  ]),
)
