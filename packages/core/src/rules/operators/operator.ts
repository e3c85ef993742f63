/**
 * What an operator is: described once, for the compiler, for tools, and for the table in docs/flags.md.
 *
 * @module
 */
import type { ContextKey } from '../facts.ts'
import type { IonNode } from '../ion/ion-node.ts'
import type { Operand } from '../operand.ts'
import type { Search } from '../pattern.ts'
import type { RuleErrorCode } from '../rule-error.ts'
import type { RuleOperand } from '../rule-operand.ts'
import type { SplitHash } from '../split.ts'
import type { Test } from '../truth.ts'
import type { DescribedOperator, NamedOperands, PositionalOperands } from './description.ts'

/** An operator of the rule language. */
export type Operator = PositionalOperator | NamedOperator

/** What an operator may ask for while it is compiled. All of it throws for what can't be. */
export interface OperatorCompiler {
  /** The key of the rule's flag: what stands in for the seed of a `split` that has none. */
  readonly flag: string
  readonly split: SplitHash
  test(node: IonNode): Test
  operand(node: IonNode): RuleOperand
  constant(node: IonNode): Operand
  key(name: string): ContextKey
  search(pattern: IonNode & { readonly type: 'string' }): Search
  fail(problem: string, node: IonNode, code?: RuleErrorCode): never
}

/** An operator that tells its operands apart by position. */
export interface PositionalOperator extends DescribedOperator {
  readonly operands: PositionalOperands
  /** @param operands as many as are wanted, without names. */
  compile(compiler: OperatorCompiler, operands: readonly IonNode[], node: IonNode): Test
}

/** An operator that tells its operands apart by name. */
export interface NamedOperator extends DescribedOperator {
  readonly operands: NamedOperands
  /** @param operands of these names only, the required ones among them. */
  compile(compiler: OperatorCompiler, operands: OperandsByName, node: IonNode): Test
}

/** Operands by their names; optional ones may be undefined. */
export type OperandsByName = Readonly<Record<string, IonNode | undefined>>

/** Whether the operator tells its operands apart by name. */
export function takesNames(operator: Operator): operator is NamedOperator {
  return operator.operands.are === 'named'
}
