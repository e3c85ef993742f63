/**
 * `eq`, `gt`, `gte`, `lt`, `lte`.
 *
 * @module
 */
import { compare } from '../compare.ts'
import type { RuleOperand } from '../rule-operand.ts'
import type { Test } from '../truth.ts'
import type { PositionalOperator } from './operator.ts'

const TWO_VALUES = { are: 'values', count: 2 } as const

const eq: PositionalOperator = {
  name: 'eq',
  example: '(eq $tier "gold")',
  holdsWhen: 'equal',
  operands: TWO_VALUES,
  turned: 'eq',
  compile(compiler, operands) {
    const [left, right] = operands.map((node) => compiler.operand(node)) as [RuleOperand, RuleOperand]
    return typeof right.constant === 'string' ? equalToText(left, right.constant) : equal(left, right)
  },
}

function equal(a: RuleOperand, b: RuleOperand): Test {
  return (facts) => {
    const left = a.read(facts)
    const right = b.read(facts)
    if (left === undefined || right === undefined) return undefined
    // Which of two texts is less costs more than whether they are the same.
    if (typeof left === 'string' && typeof right === 'string') return left === right
    const sign = compare(left, right)
    return sign === undefined ? undefined : sign === 0
  }
}

/** What most rules are made of. */
function equalToText(operand: RuleOperand, text: string): Test {
  return (facts) => {
    const value = operand.read(facts)
    if (typeof value === 'string') return value === text
    if (value === undefined) return undefined
    const sign = compare(value, text)
    return sign === undefined ? undefined : sign === 0
  }
}

/** @param accept what the sign of {@link compare} must be. */
function ordering(
  name: string,
  turned: string,
  accept: (sign: number) => boolean,
  holdsWhen: string,
): PositionalOperator {
  return {
    name,
    example: `(${name} $age 18)`,
    holdsWhen,
    operands: TWO_VALUES,
    turned,
    compile(compiler, operands) {
      const [a, b] = operands.map((node) => compiler.operand(node)) as [RuleOperand, RuleOperand]
      return (facts) => {
        const left = a.read(facts)
        const right = b.read(facts)
        if (left === undefined || right === undefined) return undefined
        // Booleans are equal or not, never ordered.
        if (typeof left === 'boolean' || typeof right === 'boolean') return undefined
        const sign = compare(left, right)
        return sign === undefined ? undefined : accept(sign)
      }
    },
  }
}

/** `eq`, `gt`, `gte`, `lt` and `lte`. */
export const COMPARISONS: readonly PositionalOperator[] = [
  eq,
  ordering('gt', 'lt', (sign) => sign > 0, 'greater: numbers, timestamps, texts'),
  ordering('gte', 'lte', (sign) => sign >= 0, 'greater or equal'),
  ordering('lt', 'gt', (sign) => sign < 0, 'less'),
  ordering('lte', 'gte', (sign) => sign <= 0, 'less or equal'),
]
