/**
 * From the text of a rule to a function.
 *
 * Everything that can be wrong with a rule is said here, once per document; what it makes never
 * throws, and looks at nothing but the context it is given. No `eval`, and patterns are RE2's: their
 * time grows with the text, never beyond.
 *
 * @module
 */
import { type IonNode, parseIon } from './ion.ts'
import {
  COMPARISONS,
  compare,
  equalsOneOf,
  type Operand,
  type RuleContext,
  TEXT_TESTS,
  type Truth,
} from './operators.ts'
import { compilePattern, type Search } from './pattern.ts'
import { RuleError, type RuleErrorCode } from './rule-error.ts'
import type { SplitHash } from './split.ts'

export interface CompiledRule {
  /** Whether the rule holds. Never throws. */
  (context: RuleContext): boolean
  /** What it looks at: two contexts that agree in these get the same answer. */
  readonly keys: ReadonlySet<string>
}

export interface CompileRuleOptions {
  /** What stands in for the seed of a `split` that has none: the flag's key. */
  readonly flag: string
  readonly split: SplitHash
}

type Test = (context: RuleContext) => Truth
type Read = (context: RuleContext) => Operand | undefined

/** Together they take some milliseconds at the worst. */
const MOST_PATTERNS = 24
/** A rule of AppConfig's length can look at a text hundreds of times. */
const LONGEST_TEXT = 8192

/** @throws {RuleError} that shows the line and the spot. */
export function compileRule(rule: string, { flag, split }: CompileRuleOptions): CompiledRule {
  const keys = new Set<string>()
  let patterns = 0
  const fail = (problem: string, node: IonNode, code?: RuleErrorCode): never => {
    throw new RuleError(problem, rule, node.at, code)
  }

  function compileTest(node: IonNode): Test {
    if (node.annotation !== undefined) return fail(`"${node.annotation}" names no operand here`, node)
    if (node.type === 'boolean') return () => node.value
    if (node.type === 'symbol' && node.value.startsWith('$')) return compileContextTest(node)
    if (node.type !== 'expression')
      return fail('an expression in parentheses is wanted here', node, 'NOT_AN_EXPRESSION')
    const [operator, ...operands] = node.items
    if (operator?.type !== 'symbol' || operator.annotation !== undefined)
      return fail('an expression begins with its operator', operator ?? node)
    const name = operator.value
    if (Object.hasOwn(COMPARISONS, name)) return compileComparison(node, name, operands)
    if (Object.hasOwn(TEXT_TESTS, name)) return compileTextTest(node, name, operands)
    switch (name) {
      case 'and':
      case 'or':
        return compileJunction(node, name, operands)
      case 'not':
        return compileNot(node, operands)
      case 'in':
        return compileIn(node, operands)
      case 'matches':
        return compileMatches(node, operands)
      case 'exists':
        return compileExists(node, operands)
      case 'split':
        return compileSplit(node, operands)
    }
    return fail(`there is no operator "${name}"`, operator, 'UNKNOWN_SYMBOL')
  }

  /** `(and $beta …)`: a context value that is a boolean, or written as one. */
  function compileContextTest(node: IonNode): Test {
    const read = compileOperand(node)
    return (context) => {
      const value = read(context)
      const sign = value === undefined ? undefined : compare(value, true)
      return sign === undefined ? undefined : sign === 0
    }
  }

  function compileJunction(node: IonNode, name: 'and' | 'or', operands: readonly IonNode[]): Test {
    if (operands.length < 2)
      return fail(
        `"${name}" takes two expressions or more, here are ${operands.length}`,
        node,
        'TOO_FEW_OPERANDS',
      )
    const tests = operands.map(compileTest)
    // False beats unknown in `and`, true in `or`.
    const decides = name === 'or'
    return (context) => {
      let result: Truth = !decides
      for (const test of tests) {
        const truth = test(context)
        if (truth === decides) return decides
        if (truth === undefined) result = undefined
      }
      return result
    }
  }

  function compileNot(node: IonNode, operands: readonly IonNode[]): Test {
    const [operand] = exactly(node, 1, operands)
    const test = compileTest(operand as IonNode)
    return (context) => {
      const truth = test(context)
      return truth === undefined ? undefined : !truth
    }
  }

  function compileComparison(node: IonNode, name: string, operands: readonly IonNode[]): Test {
    const [a, b] = exactly(node, 2, operands).map(compileOperand) as [Read, Read]
    const accept = COMPARISONS[name] as (sign: number) => boolean
    const isEquality = name === 'eq'
    return (context) => {
      const left = a(context)
      const right = b(context)
      if (left === undefined || right === undefined) return undefined
      // Which of two texts is less costs more than whether they are the same.
      if (isEquality && typeof left === 'string' && typeof right === 'string') return left === right
      // Booleans are equal or not, never ordered.
      if (!isEquality && (typeof left === 'boolean' || typeof right === 'boolean')) return undefined
      const sign = compare(left, right)
      return sign === undefined ? undefined : accept(sign)
    }
  }

  function compileTextTest(node: IonNode, name: string, operands: readonly IonNode[]): Test {
    const [a, b] = exactly(node, 2, operands).map(compileOperand) as [Read, Read]
    const holds = TEXT_TESTS[name] as (text: string, part: string) => boolean
    return (context) => {
      const [text, part] = [a(context), b(context)]
      return typeof text === 'string' && typeof part === 'string' ? holds(text, part) : undefined
    }
  }

  function compileIn(node: IonNode, operands: readonly IonNode[]): Test {
    const [operand, list] = exactly(node, 2, operands) as [IonNode, IonNode]
    if (list.type !== 'list') return fail('"in" takes a value and a list, as in (in $id ["a", "b"])', list)
    const read = compileOperand(operand)
    const isOne = equalsOneOf(list.items.map(constant))
    return (context) => {
      const value = read(context)
      return value === undefined ? undefined : isOne(value)
    }
  }

  function compileMatches(node: IonNode, operands: readonly IonNode[]): Test {
    const named = byName(node, operands, ['in', 'pattern'], [])
    const read = compileOperand(named['in'] as IonNode)
    const pattern = named['pattern'] as IonNode
    if (pattern.type !== 'string') return fail('a pattern is a string', pattern)
    if (++patterns > MOST_PATTERNS)
      return fail(`a rule has at most ${MOST_PATTERNS} patterns: join them with |`, pattern)
    const search = compileSearch(pattern)
    return (context) => {
      const text = read(context)
      return typeof text === 'string' ? search(text) : undefined
    }
  }

  function compileSearch(pattern: IonNode & { readonly type: 'string' }): Search {
    try {
      return compilePattern(pattern.value)
    } catch (error) {
      return fail(error instanceof Error ? error.message : 'the pattern is unreadable', pattern)
    }
  }

  function compileExists(node: IonNode, operands: readonly IonNode[]): Test {
    const { key } = byName(node, operands, ['key'], [])
    if (key?.type !== 'string') return fail('a key is a string, without $', key ?? node)
    keys.add(key.value)
    return (context) => isThere(context, key.value)
  }

  function compileSplit(node: IonNode, operands: readonly IonNode[]): Test {
    const { pct, by, seed } = byName(node, operands, ['pct', 'by'], ['seed'])
    if (pct?.type !== 'number' || pct.value < 0 || pct.value > 100)
      return fail('pct is a number from 0 to 100', pct ?? node)
    if (seed !== undefined && seed.type !== 'string') return fail('a seed is a string', seed)
    const read = compileOperand(by as IonNode)
    const share = pct.value / 100
    const salt = seed?.value ?? flag
    return (context) => {
      const value = read(context)
      if (value === undefined || typeof value === 'object') return undefined
      const fall = fallOf(split, salt, String(value))
      return fall === undefined ? undefined : fall < share
    }
  }

  function compileOperand(node: IonNode): Read {
    // AWS's pages name "the result of another expression" among the operands.
    if (node.type === 'expression') return compileTest({ ...node, annotation: undefined })
    if (node.type !== 'symbol') {
      const value = constant(node)
      return () => value
    }
    if (!/^\$./.test(node.value))
      return fail('a context key begins with $, a text stands in quotes', node, 'UNKNOWN_SYMBOL')
    if (/^\$\d+$/.test(node.value))
      return fail('$ and digits alone are an Ion symbol id: give the context key a letter', node)
    const key = node.value.slice(1)
    keys.add(key)
    return (context) => (Object.hasOwn(context, key) ? known(context[key]) : undefined)
  }

  function constant(node: IonNode): Operand {
    if (node.type === 'timestamp') return { ms: node.value }
    if (node.type === 'number') return node.exact ?? node.value
    if (node.type === 'string' || node.type === 'boolean') return node.value
    return fail('a constant is wanted here', node)
  }

  function exactly(node: IonNode, count: number, operands: readonly IonNode[]): readonly IonNode[] {
    if (operands.length !== count) {
      const code = operands.length < count ? 'TOO_FEW_OPERANDS' : 'INVALID'
      return fail(`${count} operands are wanted, here are ${operands.length}`, node, code)
    }
    for (const operand of operands)
      if (operand.annotation !== undefined) fail(`"${operand.annotation}" names no operand here`, operand)
    return operands
  }

  function byName(
    node: IonNode,
    operands: readonly IonNode[],
    required: readonly string[],
    optional: readonly string[],
  ): Readonly<Record<string, IonNode | undefined>> {
    const named: Record<string, IonNode> = {}
    for (const operand of operands) {
      const { annotation } = operand
      if (annotation === undefined || ![...required, ...optional].includes(annotation)) {
        return fail(
          `operands are named here: ${[...required, ...optional].map((name) => `${name}::`).join(' ')}`,
          operand,
        )
      }
      if (Object.hasOwn(named, annotation)) return fail(`${annotation}:: is there twice`, operand)
      named[annotation] = operand
    }
    for (const name of required) if (!Object.hasOwn(named, name)) return fail(`${name}:: is missing`, node)
    return named
  }

  const root = parseIon(rule)
  if (root.type !== 'expression')
    return fail('a rule is an expression in parentheses', root, 'NOT_AN_EXPRESSION')
  const test = compileTest(root)
  return Object.assign((context: RuleContext) => test(context) === true, { keys })
}

/** A hash of the user's own may throw, or answer anything: then it can't be known where a value falls. */
function fallOf(split: SplitHash, seed: string, value: string): number | undefined {
  try {
    const fall = split(seed, value)
    return fall >= 0 && fall < 1 ? fall : undefined
  } catch {
    return undefined
  }
}

/** A value of undefined or null is not there, as if its key were left out. */
function isThere(context: RuleContext, key: string): boolean {
  return Object.hasOwn(context, key) && context[key] !== undefined && context[key] !== null
}

/** JavaScript callers can put anything into a context. */
function known(value: unknown): Operand | undefined {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT ? value : undefined
  return typeof value === 'number' || typeof value === 'boolean' ? value : undefined
}
