/**
 * A base document that changes under load: how long the event loop stands still, and the slowest request.
 *
 * Requests leave at fixed times, whether the one before was answered or not.
 *
 * @module
 */
import { Agent, get } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { startParticipant } from '../harness/processes.mjs'
import { quantile, spread } from '../harness/stats.mjs'

const CASES = [
  { document: '256 KB of settings', tenants: 10_000 },
  { document: '2 MB of JSON', tenants: 10 },
  { document: '1 MB of YAML', tenants: 10 },
  { document: '0.6 MB of YAML, 20,000 anchors', tenants: 10 },
  { document: '3,000 flags of 3 variants', tenants: 10 },
  { document: '300 flags of 3 variants', tenants: 500 },
  { document: '100 flags of 3 variants', tenants: 500, schema: true },
  { document: '99,999 plain flags', tenants: 10 },
]
const EVERY_MS = 4
/** What a request counts as that got no answer. */
const PATIENCE_MS = 60_000

export async function run({ short }) {
  const cases = short ? [{ document: '100 flags of 3 variants', tenants: 10, schema: true }] : CASES
  const rows = []
  for (const options of cases) rows.push(await measureCase(options, short))
  return {
    title: 'A changed base document under load',
    rows,
    columns: [
      ['', ({ name }) => name],
      ['KB', ({ kilobytes }) => Math.round(kilobytes).toLocaleString('en')],
      ['longest stop, ms', ({ stopMs }) => stopMs.median.toFixed(0)],
      ['p99 before, ms', ({ p99Ms }) => p99Ms.median.toFixed(1)],
      ['slowest after, ms', ({ slowestMs }) => slowestMs.median.toFixed(0)],
      ['seen after, ms', ({ seenMs }) => seenMs.median.toFixed(0)],
      ['', ({ refused }) => refused ?? ''],
    ],
    bars: {
      label: 'longest stop of the event loop, ms',
      log: true,
      of: ({ stopMs }) => ({ value: stopMs.median }),
    },
  }
}

async function measureCase(options, short) {
  const server = await startParticipant({ module: 'changing', setup: 'serving', options })
  const port = await server.ask('port')
  const results = []
  try {
    for (let version = 1; version <= (short ? 1 : 2); version++)
      results.push(await measureChange(server, port, version, short))
  } finally {
    await server.stop()
  }
  const of = (key) => spread(results.map((result) => result[key]))
  return {
    group: 'document',
    name: `${options.document}, ${options.tenants.toLocaleString('en')} tenants${options.schema ? ', a schema' : ''}`,
    kilobytes: results[0].bytes / 1000,
    stopMs: of('stopMs'),
    p99Ms: of('p99Ms'),
    slowestMs: of('slowestMs'),
    seenMs: of('seenMs'),
    refused: results[0].refused,
  }
}

async function measureChange(server, port, version, short) {
  await server.ask('prepare', { version })
  const load = startLoad(port)
  await passed(short ? 100 : 1000)
  const before = await load.times()
  const result = await server.ask('publish', { version })
  const after = await load.times()
  await load.stop()
  return { ...result, p99Ms: quantile(before, 0.99), slowestMs: after.at(-1) }
}

/** `times()`: how long the requests sent since the last call took, once all of them are answered, sorted. */
function startLoad(port) {
  const agent = new Agent({ keepAlive: true })
  let pending = []
  const timer = setInterval(() => pending.push(timed(port, agent)), EVERY_MS)
  return {
    async times() {
      const taken = pending
      pending = []
      return (await Promise.all(taken)).sort((a, b) => a - b)
    },
    async stop() {
      clearInterval(timer)
      await Promise.all(pending)
      agent.destroy()
    },
  }
}

function timed(port, agent) {
  const beganAt = performance.now()
  return new Promise((resolve) => {
    get({ port, agent, host: '127.0.0.1' }, (response) => {
      response.resume()
      response.once('end', () => resolve(performance.now() - beganAt))
    }).once('error', () => resolve(PATIENCE_MS))
  })
}
