/**
 * Whether the story came out as it is told.
 *
 * @module
 */
import { INSTANCES_PER_CELL } from './config.ts'
import { type CellSample, type Sample, sum } from './observer.ts'
import { allOn, type Told } from './story.ts'

/** A sentence, and whether it is true. */
export interface Claim {
  readonly text: string
  readonly isTrue: boolean
}

/** More failures than this, and the gate would not be worth having. */
const MOST_FAILURES = 100

/** What is claimed, in the order of the story. */
export function claimsOf({ samples, ends, changes, verdict, kills }: Told, kill: boolean): Claim[] {
  const last = samples.at(-1) as Sample
  const cells = sum(last.cells, () => 1)
  const requests = sum(last.cells, (cell) => cell.requests)
  const onConfig = sum(last.cells, ({ configErrors }) => configErrors)
  const byV3 = sum(last.cells, ({ errors }) => errors.v3)
  const mostOnV3 = Math.max(...samples.map((sample) => cellOf(sample, 'prod-01').on.v3))
  const back = changes.filter((did) => /^(stopped|reverted)/.test(did)).map((did) => did.split(' ').at(-1))
  return [
    {
      text: `v2: ${ends.v2.outcome}, on every instance of ${cells} cells`,
      isTrue: ends.v2.outcome === 'complete' && samples.some(allOn('v2')),
    },
    {
      text: `v3: everywhere in dev and staging, on ${mostOnV3} of ${INSTANCES_PER_CELL} instances in prod-01, never in prod-02`,
      isTrue:
        samples.some((sample) => cellOf(sample, 'staging').on.v3 === INSTANCES_PER_CELL) &&
        mostOnV3 > 0 &&
        samples.every((sample) => cellOf(sample, 'prod-02').on.v3 === 0),
    },
    {
      text: `judged after ${byV3} failed requests: ${verdict}`,
      isTrue: byV3 > 0 && byV3 <= MOST_FAILURES && verdict !== '',
    },
    {
      text: `taken back from ${back.join(', ')}, in this order`,
      isTrue: ends.v3.outcome === 'taken-back' && back.join() === 'prod-01,staging,dev',
    },
    { text: 'every instance is on v2 again', isTrue: allOn('v2')(last) },
    {
      text: `of ${requests.toLocaleString('en')} requests, ${onConfig} failed for want of configuration`,
      isTrue: requests > 0 && onConfig === 0,
    },
    ...(kill
      ? [{ text: `the driver was killed ${kills} times, and nothing was lost`, isTrue: kills === 2 }]
      : []),
  ]
}

function cellOf({ cells }: Sample, wanted: CellSample['name']): CellSample {
  return cells.find(({ name }) => name === wanted) as CellSample
}
