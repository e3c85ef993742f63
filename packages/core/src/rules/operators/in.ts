/**
 * `in`.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import { equalsOneOf } from '../one-of.ts'
import type { PositionalOperator } from './operator.ts'

/** `(in $country ["DE", "AT"])` */
export const IN: PositionalOperator = {
  name: 'in',
  example: '(in $userId ["123", "456"])',
  holdsWhen: 'one of the constants',
  operands: { are: 'value and list', count: 2 },
  compile(compiler, operands) {
    const [operand, list] = operands as [IonNode, IonNode]
    if (list.type !== 'list')
      return compiler.fail('"in" takes a value and a list, as in (in $id ["a", "b"])', list)
    const subject = compiler.operand(operand)
    const isOne = equalsOneOf(list.items.map((item) => compiler.constant(item)))
    return (facts) => {
      const value = subject.read(facts)
      return value === undefined ? undefined : isOne(value)
    }
  },
}
