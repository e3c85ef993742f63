/**
 * Groups of participants that do the same job, measured in turns and told as ratios to one of them.
 *
 * @module
 */
import { alternate } from './processes.mjs'
import { ratios, spread } from './stats.mjs'

/**
 * Measures a group.
 *
 * @param group `name`, `baseline` (the name of a participant), `participants`
 * @returns rows: `group`, `name`, `ns`, `bytes`, `ratio` (to the baseline's round beside it) and `yes`.
 */
export async function compareGroup({ name: group, baseline, participants }, { rounds, roundMs, short }) {
  const measured = await alternate(participants, { rounds, baseline, short, input: { ms: roundMs } })
  return [...measured].map(([name, { yes, rounds: own, beside }]) => ({
    group,
    name,
    ns: spread(own.map(({ ns }) => ns)),
    bytes: spread(own.map(({ bytes }) => bytes))?.median,
    ratio: ratios(
      own.map(({ ns }) => ns),
      beside.map(({ ns }) => ns),
    ),
    yes,
  }))
}

/** Columns of such rows, as the report prints them. */
export const COLUMNS = [
  ['', ({ name }) => name],
  ['ns', ({ ns }) => amount(ns.median)],
  ['times the floor', ({ ratio }) => ratio.median.toFixed(2)],
  ['p25 to p75', ({ ratio }) => `${ratio.p25.toFixed(2)} to ${ratio.p75.toFixed(2)}`],
  ['heap B', ({ bytes }) => amount(bytes)],
]

/** A number with as many digits as it deserves. */
export function amount(value) {
  if (value === undefined || Number.isNaN(value)) return ''
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 0 : 1)
}
