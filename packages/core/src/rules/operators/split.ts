/**
 * `split`.
 *
 * @module
 */
import type { IonNode } from '../ion/ion-node.ts'
import { splitTest } from '../split.ts'
import type { NamedOperator } from './operator.ts'

/** `(split by::$userId pct::20)` */
export const SPLIT: NamedOperator = {
  name: 'split',
  example: '(split pct::10 by::$userId seed::"abc")',
  holdsWhen: 'the value is among that percentage; without `seed`, of this flag',
  operands: { are: 'named', required: ['pct', 'by'], optional: ['seed'] },
  compile(compiler, { pct, by, seed }, node) {
    if (pct?.type !== 'number' || pct.value < 0 || pct.value > 100)
      return compiler.fail('pct is a number from 0 to 100', pct ?? node)
    if (seed !== undefined && seed.type !== 'string') return compiler.fail('a seed is a string', seed)
    const subject = compiler.operand(by as IonNode)
    const isAmong = splitTest(compiler.split, seed?.value ?? compiler.flag, pct.value / 100)
    return (facts) => {
      const value = subject.read(facts)
      if (typeof value === 'string') return isAmong(facts, value)
      return value === undefined || typeof value === 'object' ? undefined : isAmong(facts, String(value))
    }
  },
}
