/**
 * Requests of tenants that nobody knows, beside the traffic of those that exist.
 *
 * @module
 */
import { Agent } from 'node:http'
import { setTimeout as passed } from 'node:timers/promises'
import { load } from '../harness/packages.mjs'
import { startParticipant } from '../harness/processes.mjs'
import { quantile } from '../harness/stats.mjs'
import { ask, KNOWN, SHAPE_NAMES } from '../participants/flood.mjs'

const AT_ONCE = 32
const ACCESS = { AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' }

export async function run({ short }) {
  const strangers = short ? 200 : 100_000
  const rows = []
  for (const shape of short ? SHAPE_NAMES.slice(1, 2) : SHAPE_NAMES)
    rows.push(await flood(shape, strangers, short))
  return {
    title: `${strangers.toLocaleString('en')} tenants that nobody knows, beside ${KNOWN.length} that exist`,
    rows,
    columns: [
      ['', ({ name }) => name],
      ['seconds', ({ seconds }) => seconds.toFixed(0)],
      ['answered', ({ statuses }) => statuses],
      ['sessions opened', ({ sessions }) => sessions.toLocaleString('en')],
      ['known p99 before, ms', ({ beforeMs }) => beforeMs.toFixed(1)],
      ['during, ms', ({ duringMs }) => duringMs.toFixed(1)],
      ['known still warm', ({ warmKnown }) => `${warmKnown} of ${KNOWN.length}`],
      ['heap before, MB', ({ heapBefore }) => (heapBefore / 1e6).toFixed(0)],
      ['after, MB', ({ heapAfter }) => (heapAfter / 1e6).toFixed(0)],
    ],
    bars: {
      label: 'sessions opened in the flood',
      of: ({ sessions }) => ({ value: sessions }),
    },
  }
}

async function flood(shape, strangers, short) {
  const { startLocalAppConfig } = await load('local')
  const local = await startLocalAppConfig()
  const place = { application: 'api', environment: 'prod-01' }
  await local.deploy({ ...place, profile: 'default', content: { limit: 1 } })
  await local.deploy({
    ...place,
    profile: 'tenants',
    content: Object.fromEntries(KNOWN.map((id) => [id, { own: id }])),
  })
  const known = short ? KNOWN.slice(0, 20) : KNOWN
  for (const id of known) await local.deploy({ ...place, profile: `tenant-${id}`, content: { own: id } })
  const sessions = counted(local.calls)
  const options = { shape, endpoint: local.url }
  const server = await startParticipant({ module: 'flood', setup: 'serving', options, env: ACCESS })
  const port = await server.ask('port')
  try {
    for (const id of known) await warmUp(port, id)
    const heapBefore = await server.ask('heapBytes')
    const opened = sessions.count()
    const traffic = await startParticipant({ module: 'flood', setup: 'traffic', options: { port, known } })
    await passed(short ? 200 : 4000)
    const before = await traffic.ask('times')
    const beganAt = performance.now()
    const statuses = await askAll(port, strangers)
    const seconds = (performance.now() - beganAt) / 1000
    const during = await traffic.ask('times')
    await traffic.stop()
    return {
      group: 'shape',
      name: shape,
      seconds,
      statuses: Object.entries(statuses)
        .map(([status, count]) => `${count.toLocaleString('en')} x ${status}`)
        .join(', '),
      sessions: sessions.count() - opened,
      beforeMs: quantile(before, 0.99),
      duringMs: quantile(during, 0.99),
      warmKnown: await server.ask('warmKnown'),
      heapBefore,
      heapAfter: await server.ask('heapBytes'),
    }
  } finally {
    sessions.stop()
    await server.stop()
    await local.close()
  }
}

/** The sessions that were opened. Calls are kept for a while only: they are counted before they go. */
function counted(calls) {
  let total = 0
  function count() {
    total += calls.of('StartConfigurationSession').length
    calls.clear()
    return total
  }
  const timer = setInterval(count, 200)
  return { count, stop: () => clearInterval(timer) }
}

/** New tenants have a budget a second. */
async function warmUp(port, id) {
  while ((await ask(port, id)).status !== 200) await passed(100)
}

/** How often each status was answered. */
async function askAll(port, strangers) {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const statuses = {}
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      while (next < strangers) {
        const { status } = await ask(port, `made-up-${next++}`, agent)
        statuses[status] = (statuses[status] ?? 0) + 1
      }
    }),
  )
  agent.destroy()
  return statuses
}
