/**
 * What each part of a rule comes to for one context: it holds, it does not, or it can't be known.
 *
 * The parts without parts of their own are judged by the very compiler that serves requests: what is
 * neither true nor true under `not` can't be known.
 *
 * @module
 */
import {
  compileRule,
  type IonNode,
  parseIon,
  printRule,
  type RuleContext,
  sha256Split,
} from '@appconfig-kit/core'

/** Undefined: it can't be known. */
export type Truth = boolean | undefined

/** A part of a rule, judged. */
export interface Judgement {
  readonly text: string
  readonly truth: Truth
  /** What the context holds of what the part looks at. */
  readonly because?: string
  readonly parts: readonly Judgement[]
}

/**
 * @param flag whose key is the seed of a split without one.
 * @throws {RuleError}
 */
export function judgeRule(rule: string, flag: string, context: RuleContext): Judgement {
  // Says what is wrong with the rule as a whole.
  compileRule(rule, { flag, split: sha256Split })
  return judge(parseIon(rule), flag, context)
}

function judge(node: IonNode, flag: string, context: RuleContext): Judgement {
  const text = printRule(node)
  if (node.type === 'boolean') return { text, truth: node.value, parts: [] }
  const [operator, ...operands] = node.type === 'expression' ? node.items : []
  const name = operator?.type === 'symbol' ? operator.value : ''
  if (name === 'and' || name === 'or' || name === 'not') {
    const parts = operands.map((operand) => judge(operand, flag, context))
    return {
      text,
      truth: join(
        name,
        parts.map(({ truth }) => truth),
      ),
      parts,
    }
  }
  // Inside an expression, for a part may be a context value, which is no rule by itself.
  const holds = (part: string): boolean =>
    compileRule(`(and true ${part})`, { flag, split: sha256Split })(context)
  const truth = holds(text) ? true : holds(`(not ${text})`) ? false : undefined
  const because = reasonOf(name, node.type === 'symbol' ? [node] : operands, flag, context)
  return { text, truth, ...(because === '' ? {} : { because }), parts: [] }
}

/** False beats unknown in `and`, true does in `or`. */
function join(name: 'and' | 'or' | 'not', truths: readonly Truth[]): Truth {
  if (name === 'not') return truths[0] === undefined ? undefined : !truths[0]
  const decisive = name === 'or'
  if (truths.includes(decisive)) return decisive
  return truths.includes(undefined) ? undefined : !decisive
}

function reasonOf(name: string, operands: readonly IonNode[], flag: string, context: RuleContext): string {
  const keys = new Set(operands.flatMap((operand) => keyOf(name, operand)))
  const reasons = [...keys].map((key) =>
    Object.hasOwn(context, key)
      ? `${key} is ${JSON.stringify(context[key])}`
      : `${key} is not in the context`,
  )
  if (name === 'split') reasons.push(...fallOf(operands, flag, context))
  return reasons.join(', ')
}

function keyOf(name: string, operand: IonNode): readonly string[] {
  if (operand.type === 'symbol') return [operand.value.slice(1)]
  if (operand.type === 'expression') {
    const [operator, ...below] = operand.items
    return below.flatMap((each) => keyOf(operator?.type === 'symbol' ? operator.value : '', each))
  }
  return name === 'exists' && operand.type === 'string' ? [operand.value] : []
}

/** Where a value falls among the hundred percent. */
function fallOf(operands: readonly IonNode[], flag: string, context: RuleContext): readonly string[] {
  const by = operands.find(({ annotation }) => annotation === 'by')
  const seed = operands.find(({ annotation }) => annotation === 'seed')
  const value =
    by?.type === 'symbol'
      ? Object.hasOwn(context, by.value.slice(1))
        ? context[by.value.slice(1)]
        : undefined
      : undefined
  if (value === undefined) return []
  const fall = sha256Split(seed?.type === 'string' ? seed.value : flag, String(value)) * 100
  return [`which falls at ${fall.toFixed(2)} of 100`]
}
