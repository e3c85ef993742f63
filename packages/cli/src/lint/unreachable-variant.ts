/**
 * The check `unreachable-variant`: a variant that no context can get, for other reasons than splits.
 *
 * @module
 */
import type { Check } from './check.ts'
import { ALWAYS } from './claim.ts'
import { implies } from './implies.ts'
import { type ClaimedVariant, claimsOf, lossOf } from './lost-variants.ts'

/** Finds variants that no context can get. */
export const unreachableVariant: Check = ({ flags }) =>
  flags.flatMap(({ variants }) => {
    const claims = claimsOf(variants)
    return variants.flatMap(({ name, place, rule }, at) => {
      const loss = lossOf(claims[at]?.claim ?? ALWAYS, claims.slice(0, at))
      if (loss === undefined || loss.bySplits) return []
      const who = rule === undefined ? `the default ${name}` : name
      return [{ place, problem: `${who} can't be chosen: ${reasonOf(loss.takenBy)}` }]
    })
  })

function reasonOf(takenBy: readonly ClaimedVariant[]): string {
  const [first, ...others] = takenBy
  if (first === undefined) return 'its rule never holds'
  if (others.length > 0)
    return `one of ${takenBy.map(({ name }) => name).join(', ')} above holds whenever it would`
  return implies(ALWAYS, first.claim)
    ? `${first.name} above always holds`
    : `${first.name} above holds whenever it would`
}
