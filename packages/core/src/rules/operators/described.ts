/**
 * The operators as tools see them.
 *
 * @module
 */
import type { DescribedOperator } from './description.ts'
import { OPERATORS as COMPILED } from './operators.ts'

export type { DescribedOperator, NamedOperands, PositionalOperands } from './description.ts'

/** By their names, in the order of the documentation. */
export const OPERATORS: ReadonlyMap<string, DescribedOperator> = COMPILED
