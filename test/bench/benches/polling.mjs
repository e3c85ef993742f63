/**
 * What polling many documents costs a process, and the service.
 *
 * @module
 */
import { amount } from '../harness/compared.mjs'
import { startParticipant } from '../harness/processes.mjs'

const SECOND = 1000
/** What each source costs without us: the same calls, as often. */
const FLOORS = { direct: 'floor: the AWS SDK alone', agent: 'floor: node:http alone' }

export async function run({ short }) {
  const length = short
    ? { documents: 50, intervalSeconds: 15, ms: 100, rate: 1000 }
    : { documents: 10_000, intervalSeconds: 60, ms: 75_000, rate: 1000 }
  const rows = []
  for (const [source, floorName] of Object.entries(FLOORS)) {
    const floor = await measure({ ...length, source, setup: 'calls', name: floorName })
    const ours = await measure({ ...length, source, setup: 'client', name: `ours: ${source}` })
    rows.push({ ...floor, ratio: 1 }, { ...ours, ratio: ours.usPerCall / floor.usPerCall })
  }
  return {
    title: `Polling ${length.documents.toLocaleString('en')} documents every ${length.intervalSeconds} seconds`,
    rows,
    columns: [
      ['', ({ name }) => name],
      ['loaded after, s', ({ loadedMs }) => seconds(loadedMs)],
      ['CPU for it, s', ({ loadCpuMs }) => seconds(loadCpuMs)],
      ['calls for it', ({ loadCalls }) => loadCalls?.toLocaleString('en') ?? ''],
      ['CPU of a core', ({ share }) => `${(share * 100).toFixed(1)} %`],
      ['µs a call', ({ usPerCall }) => amount(usPerCall)],
      ['times the floor', ({ ratio }) => ratio.toFixed(2)],
      ['calls a minute', ({ callsPerMinute }) => amount(callsPerMinute)],
      ['of what the interval allows', ({ callShare }) => callShare.toFixed(2)],
      ['most in a second', ({ burst }) => burst],
    ],
  }
}

async function measure({ source, setup, name, documents, intervalSeconds, ms, rate }) {
  const plane = await startParticipant({
    module: 'polling',
    setup: 'dataPlane',
    options: { intervalSeconds },
  })
  const port = await plane.ask('port')
  const options = { source, port, documents, intervalSeconds, rate }
  const client = await startParticipant({ module: 'polling', setup, options })
  try {
    const { loadedMs, cpuMs: loadCpuMs } = await client.ask('load')
    const calledFor = (await plane.ask('calls')).length
    const { cpuMs } = await client.ask('poll', { ms })
    const calls = await plane.ask('calls')
    const allowed = (documents * ms) / SECOND / intervalSeconds
    return {
      group: 'source',
      name,
      loadedMs,
      loadCpuMs,
      loadCalls: setup === 'client' ? calledFor : undefined,
      share: cpuMs / ms,
      usPerCall: calls.length > 0 ? (cpuMs * 1000) / calls.length : undefined,
      callsPerMinute: (calls.length * 60 * SECOND) / ms,
      callShare: calls.length / allowed,
      burst: mostInASecond(calls),
    }
  } finally {
    await client.stop()
    await plane.stop()
  }
}

function seconds(ms) {
  return ms === undefined ? '' : (ms / SECOND).toFixed(1)
}

function mostInASecond(calls) {
  const perSecond = new Map()
  for (const at of calls)
    perSecond.set(Math.floor(at / SECOND), (perSecond.get(Math.floor(at / SECOND)) ?? 0) + 1)
  return Math.max(0, ...perSecond.values())
}
