/**
 * Reading, compiling and writing rules: for authors of tools, not for applications.
 *
 * {@link compileRule} makes a function of a rule's text, {@link parseIon} the parts it is made of,
 * {@link printRule} a text of those; {@link judgeRule} says which parts of a rule hold, {@link explainVariants} which
 * variant was chosen and why; {@link contextOf} is what rules see of a tenant. {@link OPERATORS} says what operators there are, and what each takes.
 *
 * @module
 */

export { type CompiledPart, compilePart } from './rules/compile-part.ts'
export { type CompiledRule, type CompileRuleOptions, compileRule } from './rules/compile-rule.ts'
export { type ExplainedVariant, explainVariants } from './rules/explain-variants.ts'
export type { RuleContext } from './rules/facts.ts'
export type { IonNode } from './rules/ion/ion-node.ts'
export { parseIon } from './rules/ion/parse-ion.ts'
export { printRule } from './rules/ion/print-rule.ts'
export { type Judgement, judgeRule } from './rules/judge-rule.ts'
export {
  type DescribedOperator,
  type NamedOperands,
  OPERATORS,
  type PositionalOperands,
} from './rules/operators/described.ts'
export { RuleError, type RuleErrorCode } from './rules/rule-error.ts'
export { murmur3Split, SPLIT_HASH, type SplitHash } from './rules/split.ts'
export type { Truth } from './rules/truth.ts'
export { contextOf, type RequestContext } from './views/context.ts'
