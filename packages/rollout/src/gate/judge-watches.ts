/**
 * A whole gate: every watch, over the same intervals.
 *
 * @module
 */
import type { GatePlan } from '../plan/plan.ts'
import type { CountedInterval, VersionCounts } from './counts.ts'
import { type Judgement, judge, type Verdict } from './judge.ts'
import type { Counts, Look } from './looks.ts'

/**
 * Judges every watch of a gate.
 *
 * @param alpha of one watch in one cell: `alphaOf`.
 */
export function judgeWatches(
  { watch, leastDelta }: Pick<GatePlan, 'watch' | 'leastDelta'>,
  intervals: readonly CountedInterval[],
  alpha: number,
): readonly Judgement[] {
  return watch.map((each) => judge(each, looksOf(intervals, each.name), { alpha, leastDelta }))
}

/** One verdict for the gate: the worst news of its watches. Without a watch that says anything, `NONE`. */
export function verdictOf(judgements: readonly Judgement[]): Verdict {
  const verdicts = judgements.map(({ verdict }) => verdict)
  if (verdicts.includes('WORSE')) return 'WORSE'
  return verdicts.length === 0 || verdicts.includes('NONE') ? 'NONE' : 'UNDECIDED'
}

/** Judgements for people: `errors v8 3/214, v7 2/1,900: undecided`. */
export function describeJudgements(
  judgements: readonly Judgement[],
  names: { readonly after: string; readonly before: string | undefined },
): string {
  return judgements
    .map(({ watch, after, before, verdict }) => {
      const old = names.before === undefined ? '' : `, ${names.before} ${ratio(before)}`
      return `${watch} ${names.after} ${ratio(after)}${old}: ${WORDS[verdict]}`
    })
    .join('; ')
}

const WORDS: Readonly<Record<Verdict, string>> = {
  WORSE: 'worse',
  UNDECIDED: 'undecided',
  NONE: 'no requests',
}
const NUMBER = new Intl.NumberFormat('en-US')

function ratio({ events, requests }: Counts): string {
  return `${NUMBER.format(events)}/${NUMBER.format(requests)}`
}

/** The intervals that tell of a watch. */
export function looksOf(intervals: readonly CountedInterval[], watch: string): readonly Look[] {
  return intervals.flatMap((interval) => {
    const before = countsOf(interval.before, watch)
    const after = countsOf(interval.after, watch)
    return before && after ? [{ before, after }] : []
  })
}

function countsOf({ requests, events }: VersionCounts, watch: string): Counts | undefined {
  if (requests === 0) return { requests: 0, events: 0 }
  const counted = Object.hasOwn(events, watch) ? events[watch] : undefined
  return counted === undefined ? undefined : { requests, events: counted }
}
