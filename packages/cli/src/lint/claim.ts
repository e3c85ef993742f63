/**
 * Claims: the condition of a rule as facts, joined by "all of" and "any of".
 *
 * There is no "not": negations are pushed down to the facts, where "known not to hold" is a fact of its own.
 * So a claim and its negation can both fail, as in the evaluator, and "X or not X" does not always hold.
 *
 * @module
 */
import { type IonNode, parseIon } from '@appconfig-kit/core/rules'
import type { Fact } from './fact.ts'
import { isUnknowable, operatorOf, partsOf, readTest, withConstants } from './rule-test.ts'

/** A fact, or facts joined by "all of" and "any of". An empty `all` always holds, an empty `any` never. */
export type Claim = Fact | { readonly all: readonly Claim[] } | { readonly any: readonly Claim[] }

/** Holds in every context. */
export const ALWAYS: Claim = { all: [] }
/** Holds in no context. */
export const NEVER: Claim = { any: [] }

/** @param rule one that compiles. */
export function claimOf(rule: string): Claim {
  return claimOfNode(parseIon(rule), true)
}

/**
 * The claim that a part of a rule holds.
 *
 * @param holds false for the claim that it is known not to hold.
 */
export function claimOfNode(node: IonNode, holds: boolean): Claim {
  if (node.type === 'boolean') return node.value === holds ? ALWAYS : NEVER
  if (node.type === 'symbol') return claimOfTest(isTrue(node), holds)
  const name = operatorOf(node)
  const operands = partsOf(node).slice(1)
  if (name === 'not') return claimOfNode(operands[0] as IonNode, !holds)
  if (name === 'and' || name === 'or') {
    const parts = operands.map((operand) => claimOfNode(operand, holds))
    return (name === 'and') === holds ? { all: parts } : { any: parts }
  }
  if (name === 'in') {
    const parts = byType(node).map((part) => claimOfTest(part, holds))
    if (holds) return { any: parts }
    // Not to be in an empty list still takes a value.
    return { all: parts.length === 0 ? [claimOfTest(node, false)] : parts }
  }
  const [test, truth] = name === 'eq' ? operands.toSorted(expressionsFirst) : []
  if (test?.type === 'expression' && truth?.type === 'boolean')
    return claimOfNode(test, truth.value === holds)
  return claimOfTest(node, holds)
}

/** The claim with something in place of its splits. */
export function withoutSplits(claim: Claim, stead: Claim): Claim {
  if ('all' in claim) return { all: claim.all.map((part) => withoutSplits(part, stead)) }
  if ('any' in claim) return { any: claim.any.map((part) => withoutSplits(part, stead)) }
  return claim.test.split === undefined ? claim : stead
}

function claimOfTest(node: IonNode, holds: boolean): Claim {
  if (isUnknowable(node)) return NEVER
  const test = readTest(node)
  // Constants only: the result is the same in every context.
  if (test.keys.length === 0 && !test.isNested && test.split === undefined)
    return test.truth({}) === holds ? ALWAYS : NEVER
  return { test, holds }
}

/** A context value in the place of a test, as core reads it. */
function isTrue(node: IonNode): IonNode {
  const { at } = node
  const items: readonly IonNode[] = [
    { type: 'symbol', value: 'eq', at },
    { ...node, annotation: undefined },
    { type: 'boolean', value: true, at },
  ]
  return { type: 'expression', items, at }
}

function expressionsFirst(a: IonNode, b: IonNode): number {
  return Number(b.type === 'expression') - Number(a.type === 'expression')
}

/** An `in` as several, for numbers, timestamps and texts are compared in ways of their own. */
function byType(node: IonNode): readonly IonNode[] {
  const [, , list] = partsOf(node)
  const groups = [['number'], ['timestamp'], ['string', 'boolean']]
    .map((types) => partsOf(list).filter(({ type }) => types.includes(type)))
    .filter((constants) => constants.length > 0)
  return groups.map((constants) => withConstants(node, constants))
}
