/**
 * The answer of a source of counts, checked: it is the caller's code, or a store's answer.
 *
 * @module
 */
import { RolloutError } from '../errors.ts'
import type { CountedInterval, VersionCounts } from './counts.ts'

/** @throws {RolloutError} `COUNTS_INVALID` for what is no list of intervals, or a count that is no number from 0 up. */
export function checkedIntervals(answer: unknown): readonly CountedInterval[] {
  if (!Array.isArray(answer)) throw invalid('no list of intervals')
  return answer.map((interval: Partial<CountedInterval> | null) => ({
    before: checkedCounts(interval?.before),
    after: checkedCounts(interval?.after),
  }))
}

function checkedCounts(counts: Partial<VersionCounts> | undefined | null): VersionCounts {
  const { requests, events } = counts ?? {}
  if (typeof events !== 'object' || events === null) throw invalid('an interval without requests and events')
  for (const count of [requests, ...Object.values(events)]) {
    if (typeof count !== 'number' || !Number.isFinite(count) || count < 0) {
      throw invalid(`${String(count)} where a number from 0 up is needed`)
    }
  }
  return { requests: requests as number, events }
}

function invalid(what: string): RolloutError {
  return new RolloutError('COUNTS_INVALID', `The source of counts answered ${what}.`)
}
