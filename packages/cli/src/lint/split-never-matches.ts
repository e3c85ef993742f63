/**
 * The check `split-never-matches`: a split that no context falls into, because it has 0 %, or because
 * variants above take all that it would.
 *
 * @module
 */
import { type IonNode, parseIon, printRule } from '@appconfig-kit/core/rules'
import type { Problem } from '../documents/problem.ts'
import type { Check } from './check.ts'
import { claimOfNode } from './claim.ts'
import { type ClaimedVariant, claimsOf, lossOf } from './lost-variants.ts'
import { operatorOf, partsOf, readTest } from './rule-test.ts'
import type { WrittenVariant } from './written-flags.ts'

/** Finds splits that no value can fall into. */
export const splitNeverMatches: Check = ({ flags }) =>
  flags.flatMap(({ variants }) => {
    if (variants.every(({ rule = '' }) => !rule.includes('split'))) return []
    const claims = claimsOf(variants)
    return variants.flatMap((variant, at) => problemsOf(variant, claims.slice(0, at)))
  })

function problemsOf(variant: WrittenVariant, above: readonly ClaimedVariant[]): readonly Problem[] {
  const { name, place } = variant
  // The default has no rule: no split can take all its contexts.
  if (variant.rule === undefined) return []
  const rule = parseIon(variant.rule)
  const below = `${place}.rule`
  const empty = splitsOf(rule).filter((split) => readTest(split).split?.percentage === 0)
  if (empty.length > 0)
    return empty.map((split) => ({ place: below, problem: `${printRule(split)} takes nobody` }))
  const loss = lossBySplits(rule, above)
  if (loss !== undefined) return [{ place, problem: `${name} can't be chosen: ${loss}` }]
  return branchesOf(rule).flatMap((branch) => {
    const lost = lossBySplits(branch, above)
    return lost === undefined ? [] : [{ place: below, problem: `${printRule(branch)} takes nobody: ${lost}` }]
  })
}

/** Why splits leave no context, in words. */
function lossBySplits(node: IonNode, above: readonly ClaimedVariant[]): string | undefined {
  const loss = lossOf(claimOfNode(node, true), above)
  if (!loss?.bySplits) return undefined
  const names = loss.takenBy.map(({ name }) => name)
  if (names.length === 0) return 'its splits exclude each other'
  return `${names.join(' and ')} above ${names.length === 1 ? 'takes' : 'take'} all that it would`
}

function splitsOf(node: IonNode): readonly IonNode[] {
  return operatorOf(node) === 'split' ? [node] : partsOf(node).flatMap(splitsOf)
}

/** The operands of an `or` that have splits: each can hold alone. */
function branchesOf(node: IonNode): readonly IonNode[] {
  return operatorOf(node) === 'or' ? partsOf(node).slice(1).flatMap(inBranches) : []
}

function inBranches(node: IonNode): readonly IonNode[] {
  if (operatorOf(node) === 'or') return branchesOf(node)
  return splitsOf(node).length > 0 ? [node] : []
}
