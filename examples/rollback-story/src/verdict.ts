/**
 * Whether the story came out as it is told.
 *
 * @module
 */
import { errorsOf, type Sample, sum } from './observer.ts'
import type { Told } from './story.ts'

/** A sentence, and whether it is true. */
export interface Claim {
  readonly text: string
  readonly isTrue: boolean
}

/** What is claimed, in the order of the story. */
export function claimsOf({ samples, rollback }: Told): Claim[] {
  const last = samples.at(-1) as Sample
  const { instances } = last
  const all = instances.length
  const requests = sum(instances, (tally) => tally.requests)
  const byV3 = sum(instances, ({ modelErrors }) => modelErrors.v3)
  const byOthers = sum(instances, errorsOf) - byV3
  const onConfig = sum(instances, ({ configErrors }) => configErrors)
  const v2 = samples.filter(({ deployment }) => deployment?.version === 'v2')
  const steps = new Set(v2.map(({ on }) => on.v2))
  const mostOnV3 = Math.max(...samples.map(({ on }) => on.v3))
  return [
    {
      text: `v1, everywhere: ${all} instances`,
      isTrue: samples.some(({ on }) => on.v1 === all),
    },
    {
      text: `v2, step by step: ${[...steps].join(', ')} instances, never fewer than before`,
      isTrue: steps.size > 2 && v2.every(({ on }, at) => on.v2 >= (v2[at - 1]?.on.v2 ?? 0)) && steps.has(all),
    },
    {
      text: `v3, a bad one: it reached ${mostOnV3} of ${all} instances, and ${number(byV3)} requests failed`,
      isTrue: mostOnV3 > 0 && mostOnV3 < all && byV3 > 0,
    },
    {
      text: `rolled back by ${rollback.triggeredBy}: ${rollback.reason}`,
      isTrue: rollback.triggeredBy === 'CLOUDWATCH_ALARM',
    },
    { text: `v2 again, everywhere: ${last.on.v2} instances`, isTrue: last.on.v2 === all },
    {
      text: `of ${number(requests)} requests, ${onConfig} failed for want of configuration, ${byOthers} with v1 or v2`,
      isTrue: requests > 0 && onConfig === 0 && byOthers === 0,
    },
  ]
}

function number(value: number): string {
  return value.toLocaleString('en')
}
