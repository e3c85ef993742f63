/**
 * The table of docs/costs.md: `node test/bench/costs.mjs` after a build.
 *
 * @module
 */
import { load } from './harness/packages.mjs'
import { table } from './harness/report.mjs'

const { estimateCosts } = await load('core')

const TENANTS = [10, 1000, 100_000]
const PROCESSES = [10, 1000]
const SHAPES = [
  { shape: 'shared', source: 'direct' },
  { shape: 'sections', source: 'direct' },
  { shape: 'documents', source: 'direct' },
  { shape: 'sections', source: 'agent', processesPerAgent: 10 },
  { shape: 'documents', source: 'agent', processesPerAgent: 10 },
]
/** A base, three tiers. */
const SHARED = 4

const COLUMNS = [
  [
    '',
    ({ how: { shape, source } }) => `${shape}, ${source === 'agent' ? 'an Agent for ten processes' : source}`,
  ],
  ['documents polled', ({ documentsPerPoller }) => amount(documentsPerPoller)],
  ['calls a second', ({ callsPerSecond }) => amount(callsPerSecond)],
  ['$ a month, calls', ({ price }) => amount(price.requests)],
  ['$, content', ({ price }) => amount(price.received)],
  ['too much for', ({ exceeded }) => exceeded.join(', ')],
]

for (const processes of PROCESSES) {
  for (const tenants of TENANTS) {
    const members = SHAPES.map((how) => ({
      how,
      ...estimateCosts({ processes, tenants, sharedDocuments: SHARED, ...how }),
    }))
    const name = `${amount(processes)} processes, ${amount(tenants)} tenants`
    console.log(table({ name, members }, COLUMNS))
  }
}

function amount(value) {
  return value < 10 && !Number.isInteger(value) ? value.toFixed(2) : Math.round(value).toLocaleString('en')
}
