/**
 * The compiled rule of a variant, made once: when its document is read it is judged, later it is used.
 *
 * @module
 */
import type { JsonObject } from '../json.ts'
import { type CompileRuleOptions, compileTest } from '../rules/compile-rule.ts'
import { RuleError } from '../rules/rule-error.ts'
import type { Test } from '../rules/truth.ts'

export type RuleOutcome =
  | { readonly rule: Test; readonly error?: undefined }
  | { readonly rule?: undefined; readonly error: RuleError }

interface Known extends CompileRuleOptions {
  readonly outcome: RuleOutcome
}

/** By the variant as its document holds it: a merged configuration holds the very object. */
const known = new WeakMap<JsonObject, Known>()

/** @param variant whose `rule` is a text. */
export function compiledRule(variant: JsonObject, { flag, split }: CompileRuleOptions): RuleOutcome {
  const before = known.get(variant)
  if (before?.flag === flag && before.split === split) return before.outcome
  const outcome = compile(String(variant['rule']), { flag, split })
  known.set(variant, { flag, split, outcome })
  return outcome
}

function compile(rule: string, options: CompileRuleOptions): RuleOutcome {
  try {
    return { rule: compileTest(rule, options).test }
  } catch (error) {
    if (error instanceof RuleError) return { error }
    throw error
  }
}
