/**
 * Requests a second and p99 over sockets, every server in a process of its own, loaded in turns.
 *
 * @module
 */
import autocannon from 'autocannon'
import { openParticipant } from '../harness/participant.mjs'
import { startParticipant } from '../harness/processes.mjs'
import { ratios, spread } from '../harness/stats.mjs'
import { TENANT } from '../participants/flags.mjs'
import { FRAMEWORKS, kindsOf } from './in-process.mjs'

const CONNECTIONS = 16

export async function run({ short }) {
  const length = short ? { rounds: 1, amount: 300, sampleInt: 50, short } : { rounds: 3, duration: 1 }
  const rows = []
  for (const framework of FRAMEWORKS) rows.push(...(await compareServers(framework, length)))
  return {
    title: 'Requests a second over sockets',
    rows,
    columns: [
      ['', ({ name }) => name],
      ['requests/s', ({ rate }) => Math.round(rate.median).toLocaleString('en')],
      ['of the floor’s', ({ ratio }) => ratio.median.toFixed(2)],
      ['p25 to p75', ({ ratio }) => `${ratio.p25.toFixed(2)} to ${ratio.p75.toFixed(2)}`],
      ['p99 ms', ({ p99 }) => p99.median.toFixed(1)],
      ['p99, of the floor’s', ({ p99Ratio }) => p99Ratio.median.toFixed(2)],
    ],
    bars: {
      label: 'requests a second, as a share of the floor’s',
      of: ({ ratio }) => ({ value: ratio.median, low: ratio.p25, high: ratio.p75 }),
    },
  }
}

async function compareServers(framework, { rounds, short = false, ...length }) {
  const servers = []
  try {
    // In the short form some are enough: what they are made of has run in process.
    const kinds = kindsOf(framework).filter(({ name }) => !short || /^(bare|floor|ours: gate)$/.test(name))
    for (const { name, kind } of kinds) {
      const participant = { module: 'app', setup: 'listening', options: { framework, kind } }
      const server = await (short ? openParticipant : startParticipant)(participant)
      servers.push({ name, server, url: `http://127.0.0.1:${await server.ask('port')}/`, results: [] })
    }
    for (let round = 0; round <= rounds; round++) {
      for (const { url, results } of round % 2 ? servers.toReversed() : servers) {
        const result = await load(url, length)
        if (round > 0) results.push(result)
      }
    }
  } finally {
    await Promise.all(servers.map(({ server }) => server.stop()))
  }
  const floor = servers.find(({ name }) => name === 'floor').results
  return servers.map(({ name, results }) => ({
    group: framework,
    name,
    rate: spread(results.map(({ rate }) => rate)),
    ratio: ratios(...both(results, floor, 'rate')),
    p99: spread(results.map(({ p99 }) => p99)),
    p99Ratio: ratios(...both(results, floor, 'p99')),
  }))
}

function both(results, floor, key) {
  return [results.map((result) => result[key]), floor.map((result) => result[key])]
}

async function load(url, length) {
  const times = []
  const beganAt = performance.now()
  const instance = autocannon({
    url,
    ...length,
    connections: CONNECTIONS,
    headers: { 'x-tenant-id': TENANT },
  })
  instance.on('response', (_client, _status, _bytes, ms) => times.push(ms))
  const { non2xx, errors } = await instance
  const took = performance.now() - beganAt
  if (non2xx + errors > 0) throw new Error(`${url} answered ${non2xx} failures and ${errors} errors`)
  times.sort((a, b) => a - b)
  return { rate: (times.length / took) * 1000, p99: times[Math.floor(times.length * 0.99)] }
}
