/**
 * `and`, `or`, `not`.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import type { Test, Truth } from '../truth.ts'
import type { PositionalOperator } from './operator.ts'

/** @param decides the truth of one operand that settles it: false beats unknown in `and`, true in `or`. */
function junction(name: string, decides: boolean, holdsWhen: string): PositionalOperator {
  return {
    name,
    example: `(${name} (eq $a 1) (eq $b 2))`,
    holdsWhen,
    operands: { are: 'tests', count: 2, orMore: true },
    compile: (compiler, operands) =>
      joined(
        decides,
        operands.map((node) => compiler.test(node)),
      ),
  }
}

function joined(decides: boolean, tests: readonly Test[]): Test {
  return (facts) => {
    let result: Truth = !decides
    for (let at = 0; at < tests.length; at++) {
      const truth = (tests[at] as Test)(facts)
      if (truth === decides) return decides
      if (truth === undefined) result = undefined
    }
    return result
  }
}

const not: PositionalOperator = {
  name: 'not',
  example: '(not (eq $tier "gold"))',
  holdsWhen: 'the other does not',
  operands: { are: 'tests', count: 1 },
  compile(compiler, [operand]) {
    const test = compiler.test(operand as IonNode)
    return (facts) => {
      const truth = test(facts)
      return truth === undefined ? undefined : !truth
    }
  },
}

/** `and`, `or` and `not`. */
export const JUNCTIONS: readonly PositionalOperator[] = [
  junction('and', false, 'all do; two or more'),
  junction('or', true, 'any does; two or more'),
  not,
]
