/**
 * From the end of a deployment to the first request that sees it: the wait for the next poll, in simulated time,
 * and the work from there on, in real time.
 *
 * @module
 */
import { startParticipant } from '../harness/processes.mjs'
import { spread } from '../harness/stats.mjs'

export async function run({ short }) {
  const rows = []
  for (const source of ['direct', 'agent']) rows.push(await measureSource(source, short ? 3 : 60))
  return {
    title: 'From the end of a deployment to the first request that sees it',
    rows,
    columns: [
      ['', ({ name }) => name],
      ['waits for the poll, s', ({ waited }) => (waited.median / 1000).toFixed(0)],
      ['at most, s', ({ longestMs }) => (longestMs / 1000).toFixed(0)],
      ['then works, ms', ({ work }) => work.median.toFixed(1)],
      ['p25 to p75', ({ work }) => `${work.p25.toFixed(1)} to ${work.p75.toFixed(1)}`],
    ],
  }
}

async function measureSource(source, deployments) {
  const world = await startParticipant({ module: 'deployment', setup: 'world', options: { source } })
  const results = []
  try {
    for (let at = 0; at < deployments; at++) results.push(await world.ask('deploy'))
  } finally {
    await world.stop()
  }
  return {
    group: 'source',
    name: source,
    waited: spread(results.map(({ waitedMs }) => waitedMs)),
    longestMs: Math.max(...results.map(({ waitedMs }) => waitedMs)),
    work: spread(results.map(({ workMs }) => workMs)),
  }
}
