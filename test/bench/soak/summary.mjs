/**
 * The figures of a soak.
 *
 * @module
 */
import { quantile } from '../harness/stats.mjs'
import { TENANTS } from './tenants.mjs'

/** A process warms up at first: its heap is judged after this. */
const WARM_AFTER_SECONDS = 30

export function summarize({ seconds, told, load, api, appConfig }) {
  const times = load.times.toSorted((a, b) => a - b)
  const staleSeconds = [...load.stale.values()]
  const tookMs = (isThere) =>
    api.restarts.filter(({ isAppConfigThere }) => isAppConfigThere === isThere).map(({ tookMs }) => tookMs)
  const slope = heapSlope(api.lives)
  const rows = [
    ['seconds', seconds],
    ['tenants', TENANTS.length],
    ['requests', load.counts.requests],
    ['requests that failed on their configuration', load.failures.length],
    ['requests while the API was being started again', load.counts.unreached],
    ['p50 of a request, ms', quantile(times, 0.5)],
    ['p99 of a request, ms', quantile(times, 0.99)],
    ['deployments', appConfig.versions],
    ['troubles', Object.values(told).reduce((sum, count) => sum + count, 0)],
    ['kinds of troubles', Object.keys(told).length],
    ['restarts with AppConfig', tookMs(true).length],
    ['the slowest, ms to the first request served', Math.max(0, ...tookMs(true))],
    ['restarts without AppConfig', tookMs(false).length],
    ['the slowest of those, ms to the first request served', Math.max(0, ...tookMs(false))],
    ['stale seconds', staleSeconds.length],
    ['of those, while AppConfig had answered for 30 s', staleSeconds.filter(Boolean).length],
    ['heap of the last process at its end, MB', slope.bytes / 1e6],
    ['its slope, MB an hour', (slope.bytesASecond * 3600) / 1e6],
    ['over so many seconds', slope.seconds],
  ].map(([name, value]) => ({ group: 'figure', name, value }))
  return {
    title: `An API of ${TENANTS.length.toLocaleString('en')} tenants for ${seconds} seconds of trouble`,
    rows,
    columns: [
      ['', ({ name }) => name],
      ['value', ({ value }) => value.toLocaleString('en', { maximumFractionDigits: 1 })],
    ],
  }
}

/** The line of least squares through the heap of the last process. */
function heapSlope(lives) {
  const life = lives.at(-1)
  const from = (life[0]?.atSeconds ?? 0) + WARM_AFTER_SECONDS
  const samples = life.filter(({ atSeconds }) => atSeconds >= from)
  if (samples.length < 2) return { bytes: life.at(-1)?.bytes ?? 0, bytesASecond: 0, seconds: 0 }
  const mean = (of) => samples.reduce((sum, sample) => sum + of(sample), 0) / samples.length
  const [meanX, meanY] = [mean(({ atSeconds }) => atSeconds), mean(({ bytes }) => bytes)]
  const covariance = mean(({ atSeconds, bytes }) => (atSeconds - meanX) * (bytes - meanY))
  const variance = mean(({ atSeconds }) => (atSeconds - meanX) ** 2)
  return {
    bytes: samples.at(-1).bytes,
    bytesASecond: covariance / variance,
    seconds: samples.at(-1).atSeconds - samples[0].atSeconds,
  }
}
