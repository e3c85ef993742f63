/**
 * The compiled rule of a variant, made once: when its document is read it is judged, later it is used.
 *
 * @module
 */
import type { JsonObject } from '../json.ts'
import { type CompileTestOptions, compileTest } from '../rules/compile-rule.ts'
import { RuleError } from '../rules/rule-error.ts'
import type { Test } from '../rules/truth.ts'

/** A compiled rule, or why it can not be compiled. */
export type RuleOutcome =
  | { readonly rule: Test; readonly isSplit: boolean; readonly error?: undefined }
  | { readonly rule?: undefined; readonly isSplit?: undefined; readonly error: RuleError }

interface Known extends Pick<CompileTestOptions, 'flag' | 'split'> {
  readonly outcome: RuleOutcome
}

/** By the variant as its document holds it: a merged configuration holds the very object. */
const known = new WeakMap<JsonObject, Known>()

/** @param variant whose `rule` is a text. */
export function compiledRule(variant: JsonObject, options: CompileTestOptions): RuleOutcome {
  const { flag, split } = options
  const before = known.get(variant)
  if (before?.flag === flag && before.split === split) return before.outcome
  const outcome = compile(String(variant['rule']), options)
  known.set(variant, { flag, split, outcome })
  return outcome
}

function compile(rule: string, options: CompileTestOptions): RuleOutcome {
  try {
    const { test, isSplit } = compileTest(rule, options)
    return { rule: test, isSplit }
  } catch (error) {
    if (error instanceof RuleError) return { error }
    throw error
  }
}
