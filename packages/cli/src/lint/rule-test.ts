/**
 * Tests: parts of a rule without parts of their own, such as `(eq $tier "gold")`.
 *
 * Tests are normalised: constants to the right, named operands in one order. The evaluator that serves
 * requests gives their results; they are not evaluated by code of their own.
 *
 * @module
 */
import {
  type CompiledPart,
  compilePart,
  type IonNode,
  OPERATORS,
  printRule,
  type RuleContext,
  type Truth,
} from '@appconfig-kit/core/rules'

/** A value of the context. */
export type Value = string | number | boolean

/** A test: its text, what it looks at, and what is known of its outcome. */
export interface RuleTest {
  readonly text: string
  readonly operator: string
  /** The keys of the context that it needs; none for one that is nested. */
  readonly keys: readonly string[]
  /** An operand is an expression: nothing is known of it but its text. */
  readonly isNested: boolean
  /** The result in a context. Meaningless for a `split`: the hash that serves is not known here. */
  truth(context: RuleContext): Truth
  /** For comparisons of a key with numbers, or with timestamps. */
  readonly line?: Line
  /**
   * For comparisons of a key with texts and booleans: these, and all values that core treats as equal to one.
   */
  readonly words?: readonly Value[]
  /** For `begins_with`, `ends_with` and `contains`: the text that is searched for. */
  readonly part?: string
  readonly split?: Split
  /** For an `in` with several constants: one test for each constant. */
  readonly each: readonly RuleTest[]
}

/** Numbers and timestamps lie on a line; a context's text that holds one lies there too. */
export interface Line {
  readonly of: 'number' | 'timestamp'
  readonly points: readonly number[]
  truthAt(point: Value): Truth
}

/** A split: its share of values, and the order it takes them in. */
export interface Split {
  readonly percentage: number
  /** Equal for two splits that take values in the same order. */
  readonly order: string
}

/** @param node an expression that compiles, and is no `and`, `or` or `not`. */
export function readTest(node: IonNode): RuleTest {
  const [operator, ...operands] = inOrder(partsOf(node))
  const name = nameOf(operator)
  const text = printExpression(operator, operands)
  const constants = constantsOf(name, operands)
  const isNested = operands.some(({ type }) => type === 'expression')
  return {
    text,
    operator: name,
    keys: isNested ? [] : [...new Set(operands.flatMap((operand) => keyOf(name, operand)))],
    isNested,
    truth: truthOf(text),
    each:
      name === 'in' && constants.length > 1
        ? constants.map((constant) => readTest(withConstants(node, [constant])))
        : [],
    ...meaningOf(name, operands, constants),
  }
}

/** Whether a test is unknown in every context: it orders booleans, or searches something that is no text. */
export function isUnknowable(node: IonNode): boolean {
  const name = operatorOf(node)
  const operands = partsOf(node).slice(1)
  if (isTextTest(name)) return operands.some(({ type }) => type !== 'string' && type !== 'symbol')
  return (
    isComparison(name) &&
    name !== 'eq' &&
    operands.some(({ type }) => type === 'boolean' || type === 'expression')
  )
}

/** An `in` with other constants. */
export function withConstants(node: IonNode, items: readonly IonNode[]): IonNode {
  const [operator, operand] = partsOf(node) as [IonNode, IonNode]
  return { type: 'expression', items: [operator, operand, { type: 'list', items, at: node.at }], at: node.at }
}

/** The name of an expression's operator; of anything else, empty. */
export function operatorOf(node: IonNode): string {
  return node.type === 'expression' ? nameOf(node.items[0]) : ''
}

/** The operator and the operands of an expression, the items of a list. */
export function partsOf(node: IonNode | undefined): readonly IonNode[] {
  return node?.type === 'expression' || node?.type === 'list' ? node.items : []
}

function isComparison(name: string): boolean {
  return OPERATORS.get(name)?.turned !== undefined
}

function isTextTest(name: string): boolean {
  return OPERATORS.get(name)?.operands.are === 'texts'
}

function nameOf(operator: IonNode | undefined): string {
  return operator?.type === 'symbol' ? operator.value : ''
}

function meaningOf(
  name: string,
  operands: readonly IonNode[],
  constants: readonly IonNode[],
): Pick<RuleTest, 'line' | 'words' | 'part' | 'split'> {
  const [key, other] = operands
  if (name === 'split') return { split: splitOf(operands) }
  if (key?.type !== 'symbol') return {}
  if (isTextTest(name)) return other?.type === 'string' ? { part: other.value } : {}
  if (constants.length === 0) return {}
  // Points that no number of JavaScript's is: on a line they would fall together with their neighbours.
  if (constants.some((constant) => constant.type === 'number' && constant.exact)) return {}
  const types = new Set(constants.map(({ type }) => type))
  for (const of of ['number', 'timestamp'] as const)
    if (types.size === 1 && types.has(of)) return { line: lineOf(of, name, key, constants) }
  if ((name === 'eq' || name === 'in') && !types.has('number') && !types.has('timestamp'))
    return { words: wordsOf(constants) }
  return {}
}

/** Timestamps become the numbers they are, so that any point between two can be tried. */
function lineOf(of: Line['of'], name: string, key: IonNode, constants: readonly IonNode[]): Line {
  const numbers = constants.map(({ at, ...rest }): IonNode & { type: 'number' } => ({
    type: 'number',
    value: rest.type === 'number' || rest.type === 'timestamp' ? rest.value : Number.NaN,
    at,
  }))
  const items = numbers.map(printRule).join(', ')
  const truth = truthOf(`(${name} ${printRule(key)} ${name === 'in' ? `[${items}]` : items})`)
  const [contextKey = ''] = keyOf(name, key)
  return {
    of,
    points: numbers.map(({ value }) => value),
    truthAt: (point) => truth({ [contextKey]: point }),
  }
}

function wordsOf(constants: readonly IonNode[]): readonly Value[] {
  const texts = constants.flatMap((constant) => (constant.type === 'string' ? [constant.value] : []))
  const booleans = constants.some(({ type }) => type === 'boolean') || texts.some(isBooleanText)
  return [...texts, ...texts.map(Number), ...(booleans ? [true, false, 'true', 'false'] : [])]
}

function isBooleanText(text: string): boolean {
  return text === 'true' || text === 'false'
}

/** A given seed and the flag's key are kept apart: AWS does not say that the one is made of the other. */
function splitOf(operands: readonly IonNode[]): Split {
  const [by, pct, seed] = ['by', 'pct', 'seed'].map((name) =>
    operands.find(({ annotation }) => annotation === name),
  )
  return {
    percentage: pct?.type === 'number' ? pct.value : 0,
    order: `${by && printRule(by)} ${seed && printRule(seed)}`,
  }
}

function constantsOf(name: string, [key, other]: readonly IonNode[]): readonly IonNode[] {
  if (key?.type !== 'symbol') return []
  if (name === 'in') return partsOf(other)
  const isConstant = other !== undefined && other.type !== 'symbol' && other.type !== 'expression'
  return isComparison(name) && isConstant ? [other] : []
}

function keyOf(name: string, operand: IonNode): readonly string[] {
  if (operand.type === 'symbol') return [operand.value.slice(1)]
  return name === 'exists' && operand.type === 'string' ? [operand.value] : []
}

function inOrder([operator, ...operands]: readonly IonNode[]): readonly IonNode[] {
  if (operator?.type !== 'symbol') return []
  const sorted = operands.toSorted((a, b) => (a.annotation ?? '').localeCompare(b.annotation ?? ''))
  const turned = OPERATORS.get(operator.value)?.turned
  const [left, right] = sorted as [IonNode, IonNode]
  if (turned === undefined || rank(left) <= rank(right)) return [operator, ...sorted]
  return [{ ...operator, value: turned }, right, left]
}

/** Keys before constants, and by their names. */
function rank(operand: IonNode): string {
  return operand.type === 'symbol' ? ` ${operand.value}` : '\uffff'
}

function printExpression(operator: IonNode | undefined, operands: readonly IonNode[]): string {
  return `(${[operator, ...operands].map((part) => part && printRule(part)).join(' ')})`
}

/** Compiles when it is first asked: most tests never are. */
function truthOf(text: string): (context: RuleContext) => Truth {
  let part: CompiledPart | undefined
  return (context) => {
    part ??= compilePart(text, '')
    return part.truth(context)
  }
}
