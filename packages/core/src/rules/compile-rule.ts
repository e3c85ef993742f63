/**
 * From the text of a rule to a function.
 *
 * Everything that can be wrong with a rule is said here, once per document; what it makes never
 * throws, and looks at nothing but the context it is given. No `eval`, and patterns are RE2's: their
 * time grows with the text, never beyond.
 *
 * @module
 */
import { Facts, type RuleContext } from './facts.ts'
import { parseIon } from './ion/parse-ion.ts'
import { SPLIT } from './operators/split.ts'
import { RuleCompiler } from './rule-compiler.ts'
import { type CompiledTest, RuleScope } from './rule-scope.ts'
import type { SplitHash } from './split.ts'

/** A rule as a function of a context. */
export interface CompiledRule {
  /** Whether the rule holds. Never throws. */
  (context: RuleContext): boolean
  /** What it looks at: two contexts that agree in these get the same answer. */
  readonly keys: ReadonlySet<string>
}

/** What a rule needs beside its text. */
export interface CompileRuleOptions {
  /** What stands in for the seed of a `split` that has none: the flag's key. */
  readonly flag: string
  /** The bucketing hash of `split`: from 0 up to, but not including, 1. */
  readonly split: SplitHash
}

/** @throws {RuleError} that shows the line and the spot. */
export function compileRule(rule: string, options: CompileRuleOptions): CompiledRule {
  const { test, keys } = compileTest(rule, options)
  return Object.assign((context: RuleContext) => test(Facts.of(context)) === true, { keys })
}

/** The same, for a rule of a document. */
export interface CompileTestOptions extends CompileRuleOptions {
  /** What it shares with the rules of its document; nothing without. */
  readonly scope?: RuleScope
}

/**
 * The same, for requests: what it looks at is not made into one object. Rules of one text are one function, if their scope
 * is one: which of them hold has to be found out only once for a request that asks for many flags.
 */
export function compileTest(
  rule: string,
  { flag, split, scope = new RuleScope() }: CompileTestOptions,
): CompiledTest {
  const known = scope.rules.get(rule)
  if (known !== undefined) return known
  const compiler = new RuleCompiler(rule, { flag, split, scope })
  const root = parseIon(rule)
  if (root.type !== 'expression')
    return compiler.fail('a rule is an expression in parentheses', root, 'NOT_AN_EXPRESSION')
  const test = compiler.test(root)
  const compiled = { test, keys: compiler.keys, isSplit: compiler.operators.has(SPLIT.name) }
  // A split depends on its flag, and on the hash.
  if (!compiled.isSplit) scope.rules.set(rule, compiled)
  return compiled
}
