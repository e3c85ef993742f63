/**
 * What an operator takes and means, without how it is compiled.
 *
 * @module
 */

/** For tools, and for the table in docs/flags.md. */
export interface DescribedOperator {
  readonly name: string
  /** A rule of which the operator is the outermost. */
  readonly example: string
  /** When it holds, for people. */
  readonly holdsWhen: string
  readonly operands: PositionalOperands | NamedOperands
  /** Of a comparison: the same comparison, read from the right. */
  readonly turned?: string
}

/** Told apart by where they stand. */
export interface PositionalOperands {
  readonly are: 'values' | 'texts' | 'tests' | 'value and list'
  readonly count: number
  /** Whether there may be more than `count`. */
  readonly orMore?: boolean
}

/** Told apart by their names, in any order. */
export interface NamedOperands {
  readonly are: 'named'
  readonly required: readonly string[]
  readonly optional: readonly string[]
}
