/**
 * `matches`.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import type { NamedOperator } from './operator.ts'

/** `(matches in::$email pattern::"@acme")` */
export const MATCHES: NamedOperator = {
  name: 'matches',
  example: '(matches in::$greeting pattern::"h.*y")',
  holdsWhen: 'RE2 finds the pattern anywhere',
  operands: { are: 'named', required: ['in', 'pattern'], optional: [] },
  compile(compiler, named) {
    const subject = compiler.operand(named['in'] as IonNode)
    const pattern = named['pattern'] as IonNode
    if (pattern.type !== 'string') return compiler.fail('a pattern is a string', pattern)
    const search = compiler.search(pattern)
    return (facts) => {
      const text = subject.read(facts)
      return typeof text === 'string' ? search(text) : undefined
    }
  },
}
