/**
 * The result of each part of a rule for one context: true, false, or unknown.
 *
 * Parts without parts of their own are evaluated by the compiler that serves requests.
 *
 * @module
 */
import { compilePart } from './compile-part.ts'
import { compileRule } from './compile-rule.ts'
import type { RuleContext } from './facts.ts'
import type { IonNode } from './ion/ion-node.ts'
import { parseIon } from './ion/parse-ion.ts'
import { printRule } from './ion/print-rule.ts'
import { murmur3Split } from './split.ts'
import type { Truth } from './truth.ts'

/** A part of a rule, and its result. */
export interface Judgement {
  readonly text: string
  readonly truth: Truth
  /** The values of the context that the part uses. */
  readonly because?: string
  readonly parts: readonly Judgement[]
}

/**
 * @param flag whose key is the seed of a split without one.
 * @throws {RuleError}
 */
export function judgeRule(rule: string, flag: string, context: RuleContext): Judgement {
  // Says what is wrong with the rule as a whole.
  compileRule(rule, { flag, split: murmur3Split })
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
  const part = compilePart(text, flag)
  const reasons = [...part.keys].map((key) => reasonOf(key, context))
  if (name === 'split') reasons.push(...fallOf(operands, flag, context))
  const because = reasons.join(', ')
  return { text, truth: part.truth(context), ...(because === '' ? {} : { because }), parts: [] }
}

/** False beats unknown in `and`, true does in `or`. */
function join(name: 'and' | 'or' | 'not', truths: readonly Truth[]): Truth {
  if (name === 'not') return truths[0] === undefined ? undefined : !truths[0]
  const decisive = name === 'or'
  if (truths.includes(decisive)) return decisive
  return truths.includes(undefined) ? undefined : !decisive
}

function reasonOf(key: string, context: RuleContext): string {
  return Object.hasOwn(context, key)
    ? `${key} is ${JSON.stringify(context[key])}`
    : `${key} is not in the context`
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
  const fall = murmur3Split(seed?.type === 'string' ? seed.value : flag, String(value)) * 100
  return [`which falls at ${fall.toFixed(2)} of 100`]
}
