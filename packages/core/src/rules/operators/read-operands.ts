/**
 * Whether an operator is given what it takes.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import type { RuleErrorCode } from '../rule-error.ts'
import type { NamedOperator, OperandsByName, PositionalOperator } from './operator.ts'

/** Refuses a part of a rule. */
export type Fail = (problem: string, node: IonNode, code?: RuleErrorCode) => never

/** The operands, found to be as many as the operator takes, and without names. */
export function byPosition(
  { name, operands: { count, orMore } }: PositionalOperator,
  node: IonNode,
  operands: readonly IonNode[],
  fail: Fail,
): readonly IonNode[] {
  const { length } = operands
  if (orMore && length < count) {
    const problem = `"${name}" takes two expressions or more, here are ${length}`
    return fail(problem, node, 'TOO_FEW_OPERANDS')
  }
  if (!orMore && length !== count)
    return fail(
      `${count} operands are wanted, here are ${length}`,
      node,
      length < count ? 'TOO_FEW_OPERANDS' : 'INVALID',
    )
  for (const operand of operands)
    if (operand.annotation !== undefined) fail(`"${operand.annotation}" names no operand here`, operand)
  return operands
}

/** The operands by their names, found to be those that the operator takes. */
export function byName(
  { operands: { required, optional } }: NamedOperator,
  node: IonNode,
  operands: readonly IonNode[],
  fail: Fail,
): OperandsByName {
  const named: Record<string, IonNode> = {}
  for (const operand of operands) {
    const { annotation } = operand
    if (annotation === undefined || !(required.includes(annotation) || optional.includes(annotation)))
      return fail(
        `operands are named here: ${[...required, ...optional].map((name) => `${name}::`).join(' ')}`,
        operand,
      )
    if (Object.hasOwn(named, annotation)) return fail(`${annotation}:: is there twice`, operand)
    named[annotation] = operand
  }
  for (const name of required) if (!Object.hasOwn(named, name)) return fail(`${name}:: is missing`, node)
  return named
}
