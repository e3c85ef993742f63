/**
 * From the parts of a rule to functions: what operators have in common.
 *
 * @module
 */
import { compare } from './compare.ts'
import type { ContextKey } from './facts.ts'
import type { IonNode } from './ion/ion-node.ts'
import type { Operand } from './operand.ts'
import { type Operator, type OperatorCompiler, takesNames } from './operators/operator.ts'
import { OPERATORS } from './operators/operators.ts'
import { byName, byPosition } from './operators/read-operands.ts'
import type { Search } from './pattern.ts'
import { RuleError, type RuleErrorCode } from './rule-error.ts'
import { RuleOperand } from './rule-operand.ts'
import type { RuleScope } from './rule-scope.ts'
import type { SplitHash } from './split.ts'
import type { Test } from './truth.ts'

/** Together they take some milliseconds at the worst, when the rule is evaluated. */
const MOST_PATTERNS = 24

const TOO_COSTLY =
  'the patterns of the document cost too much together: use begins_with, ends_with, contains or in where they will do, and fewer repetitions'

/** What a rule needs beside its text. */
export interface RuleCompilerOptions {
  readonly flag: string
  readonly split: SplitHash
  /** What the rule shares with the others of its document. */
  readonly scope: RuleScope
}

/** One rule's. */
export class RuleCompiler implements OperatorCompiler {
  /** What the rule looks at, as far as it was compiled. */
  readonly keys: Set<string> = new Set()
  /** The names of the operators it has, as far as it was compiled. */
  readonly operators: Set<string> = new Set()
  /** What stands in for the seed of a `split` that has none: the flag's key. */
  readonly flag: string
  readonly split: SplitHash
  readonly #rule: string
  readonly #scope: RuleScope
  #patterns = 0

  constructor(rule: string, { flag, split, scope }: RuleCompilerOptions) {
    this.#rule = rule
    this.flag = flag
    this.split = split
    this.#scope = scope
  }

  /** @throws {RuleError} that shows the line and the spot. */
  test(node: IonNode): Test {
    if (node.annotation !== undefined) return this.fail(`"${node.annotation}" names no operand here`, node)
    if (node.type === 'boolean') return () => node.value
    if (node.type === 'symbol' && node.value.startsWith('$')) return this.#contextTest(node)
    if (node.type !== 'expression')
      return this.fail('an expression in parentheses is wanted here', node, 'NOT_AN_EXPRESSION')
    const [name, ...operands] = node.items
    if (name?.type !== 'symbol' || name.annotation !== undefined)
      return this.fail('an expression begins with its operator', name ?? node)
    const operator = OPERATORS.get(name.value)
    if (operator === undefined)
      return this.fail(`there is no operator "${name.value}"`, name, 'UNKNOWN_SYMBOL')
    this.operators.add(name.value)
    return this.#operation(operator, node, operands)
  }

  operand(node: IonNode): RuleOperand {
    // AWS's pages name "the result of another expression" among the operands.
    if (node.type === 'expression') return RuleOperand.ofTest(this.test({ ...node, annotation: undefined }))
    if (node.type !== 'symbol') return RuleOperand.ofConstant(this.constant(node))
    if (!/^\$./.test(node.value))
      return this.fail('a context key begins with $, a text stands in quotes', node, 'UNKNOWN_SYMBOL')
    if (/^\$\d+$/.test(node.value))
      return this.fail('$ and digits alone are an Ion symbol id: give the context key a letter', node)
    return RuleOperand.ofKey(this.key(node.value.slice(1)))
  }

  constant(node: IonNode): Operand {
    if (node.type === 'timestamp') return { ms: node.value }
    if (node.type === 'number') return node.exact ?? node.value
    if (node.type === 'string' || node.type === 'boolean') return node.value
    return this.fail('a constant is wanted here', node)
  }

  key(name: string): ContextKey {
    this.keys.add(name)
    return this.#scope.key(name)
  }

  /** What finds a pattern in a text. */
  search(pattern: IonNode & { readonly type: 'string' }): Search {
    if (++this.#patterns > MOST_PATTERNS)
      return this.fail(`a rule has at most ${MOST_PATTERNS} patterns: join them with |`, pattern)
    let search: Search | undefined
    try {
      search = this.#scope.searchFor(pattern.value)
    } catch (error) {
      return this.fail(error instanceof Error ? error.message : 'the pattern is unreadable', pattern)
    }
    return search ?? this.fail(TOO_COSTLY, pattern, 'TOO_COSTLY')
  }

  fail(problem: string, node: IonNode, code?: RuleErrorCode): never {
    throw new RuleError(problem, this.#rule, node.at, code)
  }

  #operation(operator: Operator, node: IonNode, operands: readonly IonNode[]): Test {
    const fail = this.fail.bind(this)
    return takesNames(operator)
      ? operator.compile(this, byName(operator, node, operands, fail), node)
      : operator.compile(this, byPosition(operator, node, operands, fail), node)
  }

  /** `(and $beta …)`: a context value that is a boolean, or written as one. */
  #contextTest(node: IonNode): Test {
    const operand = this.operand(node)
    return (facts) => {
      const value = operand.read(facts)
      if (typeof value === 'boolean') return value
      const sign = value === undefined ? undefined : compare(value, true)
      return sign === undefined ? undefined : sign === 0
    }
  }
}
