/**
 * `exists`.
 *
 * @module
 */
import type { NamedOperator } from './operator.ts'

/** `(exists key::"country")` */
export const EXISTS: NamedOperator = {
  name: 'exists',
  example: '(exists key::"country")',
  holdsWhen: 'the context has a value for the key, whatever it is',
  operands: { are: 'named', required: ['key'], optional: [] },
  compile(compiler, { key: operand }, node) {
    if (operand?.type !== 'string') return compiler.fail('a key is a string, without $', operand ?? node)
    const key = compiler.key(operand.value)
    return (facts) => facts.has(key)
  },
}
