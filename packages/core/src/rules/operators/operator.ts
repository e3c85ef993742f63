/**
 * What an operator is: described once, for the compiler, for tools, and for the table in docs/flags.md.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import type { RuleCompiler } from '../rule-compiler.ts'
import type { Test } from '../truth.ts'
import type { DescribedOperator, NamedOperands, PositionalOperands } from './described.ts'

export type Operator = PositionalOperator | NamedOperator

export interface PositionalOperator extends DescribedOperator {
  readonly operands: PositionalOperands
  /** @param operands as many as are wanted, without names. */
  compile(compiler: RuleCompiler, operands: readonly IonNode[], node: IonNode): Test
}

export interface NamedOperator extends DescribedOperator {
  readonly operands: NamedOperands
  /** @param operands of these names only, the required ones among them. */
  compile(compiler: RuleCompiler, operands: OperandsByName, node: IonNode): Test
}

export type OperandsByName = Readonly<Record<string, IonNode | undefined>>

export function takesNames(operator: Operator): operator is NamedOperator {
  return operator.operands.are === 'named'
}
