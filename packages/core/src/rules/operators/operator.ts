/**
 * What an operator is: described once, for the compiler, for tools, and for the table in docs/flags.md.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import type { RuleCompiler } from '../rule-compiler.ts'
import type { Test } from '../truth.ts'

export type Operator = PositionalOperator | NamedOperator

interface Described {
  readonly name: string
  /** A rule of which the operator is the outermost. */
  readonly example: string
  /** When it holds, for people. */
  readonly holdsWhen: string
}

/** Its operands are told apart by where they stand. */
export interface PositionalOperator extends Described {
  readonly operands: {
    readonly are: 'values' | 'texts' | 'tests' | 'value and list'
    readonly count: number
    /** Whether there may be more than `count`. */
    readonly orMore?: boolean
  }
  /** Of a comparison: the same comparison, read from the right. */
  readonly turned?: string
  /** @param operands as many as are wanted, without names. */
  compile(compiler: RuleCompiler, operands: readonly IonNode[], node: IonNode): Test
}

/** Its operands have names, and come in any order. */
export interface NamedOperator extends Described {
  readonly operands: {
    readonly are: 'named'
    readonly required: readonly string[]
    readonly optional: readonly string[]
  }
  /** @param operands of these names only, the required ones among them. */
  compile(compiler: RuleCompiler, operands: NamedOperands, node: IonNode): Test
}

export type NamedOperands = Readonly<Record<string, IonNode | undefined>>

export function takesNames(operator: Operator): operator is NamedOperator {
  return operator.operands.are === 'named'
}
