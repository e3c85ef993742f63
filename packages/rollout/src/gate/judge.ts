/**
 * Whether a version is worse than the one before, judged by their requests.
 *
 * Pure, and computed from all counts since the deployment began, so nothing is lost with a process.
 *
 * @module
 */
import type { WatchPlan } from '../plan/plan.ts'
import { evidenceAbove, evidenceOfMore } from './evidence.ts'
import { type Look, rateOf, sumOf } from './looks.ts'

/** What the counts say. */
export type Verdict =
  /** The version is worse: take it back. */
  | 'WORSE'
  /** It had requests, and they do not show that it is worse. */
  | 'UNDECIDED'
  /** It had no requests, or nothing is known of them. */
  | 'NONE'

/** A verdict and the numbers behind it. */
export interface Judgement {
  readonly verdict: Verdict
  /** The name of the watch. */
  readonly watch: string
  /** The sums over all looks. */
  readonly before: Look['before']
  readonly after: Look['after']
  /** The E-value of the comparison with the version before; `WORSE` at 1/alpha. */
  readonly evidence: number
  /** The E-value of the comparison with `atMost`; 1 without one. */
  readonly evidenceAboveLimit: number
}

/** How sure a judgement has to be. */
export interface JudgeOptions {
  /** The chance to ever say `WORSE` of a version that is not: {@link alphaOf}. Greater than 0, below 1. */
  readonly alpha: number
  /** A difference of rates below this, from 0 to 1, is not worse. */
  readonly leastDelta: number
}

/**
 * Judges one watch of a gate.
 *
 * However often it is called as looks arrive, the chance that it ever says `WORSE` of a version that is not
 * worse is at most `alpha`: see `evidence.ts` for the test and its sources (Ville; Lindon and Malek). With
 * `atMost` there are two tests, and each has half of `alpha`. It assumes that events happen independently of
 * each other: one sick instance, or one tenant's bad hour, is more evidence than it should be.
 *
 * @param looks in any order, without gaps being filled: an interval of which nothing is known is no look.
 */
export function judge(
  { name, worse, atMost }: WatchPlan,
  looks: readonly Look[],
  { alpha, leastDelta }: JudgeOptions,
): Judgement {
  const { before, after } = sumOf(looks)
  const evidence = evidenceOfMore(worse === 'more' ? looks : looks.map(exchanged))
  const evidenceAboveLimit = atMost === undefined ? 1 : evidenceAbove(after, atMost)
  const enough = (atMost === undefined ? 1 : 2) / alpha
  const delta = rateOf(after) - rateOf(before)
  const isWorse = evidence >= enough && (worse === 'more' ? delta : -delta) >= leastDelta
  const isAbove = evidenceAboveLimit >= enough && atMost !== undefined && rateOf(after) > atMost
  const verdict = after.requests === 0 ? 'NONE' : isWorse || isAbove ? 'WORSE' : 'UNDECIDED'
  return { verdict, watch: name, before, after, evidence, evidenceAboveLimit }
}

/** The alpha of one watch in one cell, so that a whole rollout has the plan's chance of a false alarm. */
export function alphaOf({
  falseAlarms,
  cells,
  watches,
}: {
  readonly falseAlarms: number
  readonly cells: number
  readonly watches: number
}): number {
  return falseAlarms / (cells * watches)
}

/** Fewer events with the new version are more events with the one before. */
function exchanged({ before, after }: Look): Look {
  return { before: after, after: before }
}
