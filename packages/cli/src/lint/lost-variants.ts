/**
 * Variants that no context can ever get.
 *
 * Promises: a variant that is reported as lost is lost for every context and every hash of `split`.
 *
 * @module
 */
import { ALWAYS, type Claim, claimOf, NEVER, withoutSplits } from './claim.ts'
import { implies, neverHolds } from './implies.ts'
import type { WrittenVariant } from './written-flags.ts'

/** A variant and the claim of its rule. */
export interface ClaimedVariant {
  readonly name: string
  readonly claim: Claim
}

/** Why no context gets a variant, or a part of its rule. */
export interface Loss {
  /** Variants above, one of which holds whenever this would; empty: it never holds by itself. */
  readonly takenBy: readonly ClaimedVariant[]
  /** Whether it is so because of splits. */
  readonly bySplits: boolean
}

/** The claim of each variant's rule; that of the default always holds. */
export function claimsOf(variants: readonly WrittenVariant[]): readonly ClaimedVariant[] {
  return variants.map(({ name, rule }) => ({ name, claim: rule === undefined ? ALWAYS : claimOf(rule) }))
}

/** Why a claim is lost below these variants; undefined: nothing is known against it. */
export function lossOf(claim: Claim, above: readonly ClaimedVariant[]): Loss | undefined {
  const takenBy = takersOf(claim, above)
  if (takenBy === undefined) return undefined
  // Weaken the premise and strengthen the conclusion: if it still follows, splits are not the reason.
  const plainly = takersOf(
    withoutSplits(claim, ALWAYS),
    above.map((variant) => ({ ...variant, claim: withoutSplits(variant.claim, NEVER) })),
  )
  return { takenBy: plainly ?? takenBy, bySplits: plainly === undefined }
}

function takersOf(claim: Claim, above: readonly ClaimedVariant[]): readonly ClaimedVariant[] | undefined {
  if (neverHolds(claim)) return []
  const one = above.find((variant) => implies(claim, variant.claim))
  if (one !== undefined) return [one]
  return takeAll(claim, above) ? above.reduce(withoutNeedless(claim), above) : undefined
}

function takeAll(claim: Claim, variants: readonly ClaimedVariant[]): boolean {
  return implies(claim, { any: variants.map((variant) => variant.claim) })
}

function withoutNeedless(claim: Claim) {
  return (takers: readonly ClaimedVariant[], variant: ClaimedVariant): readonly ClaimedVariant[] => {
    const others = takers.filter((taker) => taker !== variant)
    return takeAll(claim, others) ? others : takers
  }
}
