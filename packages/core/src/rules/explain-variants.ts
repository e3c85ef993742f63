/**
 * Which variant of a flag was chosen, and why each other one was not.
 *
 * @module
 */
import type { JsonObject } from '../json.ts'
import type { RuleContext } from './facts.ts'
import { type Judgement, judgeRule } from './judge-rule.ts'

/** A variant, whether it was chosen, and why. */
export interface ExplainedVariant {
  readonly name: string
  readonly chosen: boolean
  readonly reason: string
  /** The result of its rule, if that was evaluated. */
  readonly rule?: Judgement
}

/**
 * @param list the variants as a document holds them, `_variants`, the default last.
 * @param chosen the name of the one that the evaluator chose for this context.
 * @throws {RuleError}
 */
export function explainVariants(
  list: readonly JsonObject[],
  chosen: string,
  flag: string,
  context: RuleContext,
): readonly ExplainedVariant[] {
  const winner = list.findIndex(({ name }) => name === chosen)
  return list.map((variant, at) => {
    const name = String(variant['name'])
    if (at > winner) return { name, chosen: false, reason: `not looked at, ${chosen} comes first` }
    const { rule } = variant
    if (typeof rule !== 'string')
      return {
        name,
        chosen: true,
        reason: list.length === 1 ? 'the only one' : 'the default: no rule above it holds',
      }
    const judgement = judgeRule(rule, flag, context)
    const reason = judgement.truth
      ? 'its rule holds'
      : judgement.truth === false
        ? 'its rule does not hold'
        : 'its rule cannot be known to hold'
    return { name, chosen: at === winner, reason, rule: judgement }
  })
}
