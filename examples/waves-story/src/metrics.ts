/**
 * The store of metrics: once a minute the usage of all instances, as Prometheus or CloudWatch would keep it; and the
 * gate's question, answered from it over HTTP.
 *
 * @module
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { Clock } from '@appconfig-kit/express'
import type { CountedInterval, CountsQuery, VersionCounts } from '@appconfig-kit/rollout'
import type { Instance } from './instance.ts'
import { pause } from './load.ts'

const PERIOD_MS = 60_000

/** Cumulative counts of all instances, by environment and version. */
interface Reading {
  readonly atMs: number
  readonly counts: ReadonlyMap<string, VersionCounts>
}

export interface Metrics {
  readonly url: string
  close(): Promise<void>
}

/** Reads every instance once a minute, and answers `POST /counts` with a query of the gate, and `GET /now`. */
export async function startMetrics(instances: readonly Instance[], clock: Clock): Promise<Metrics> {
  const readings: Reading[] = [read(instances, clock)]
  let stopping = false
  const reading = readOn()
  async function readOn(): Promise<void> {
    while (!stopping) {
      await pause(clock, PERIOD_MS)
      readings.push(read(instances, clock))
    }
  }

  const server = createServer(async (req, res) => {
    const answer = req.url === '/now' ? clock.now() : intervalsOf(readings, await queryIn(req))
    res.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      stopping = true
      server.close()
      server.closeAllConnections()
      await reading
    },
  }
}

function read(instances: readonly Instance[], clock: Clock): Reading {
  const counts = new Map<string, VersionCounts>()
  for (const { cell, usage } of instances) {
    for (const { version, requests, failed } of usage()) {
      const key = `${cell} ${version}`
      const sum = counts.get(key) ?? NOTHING
      counts.set(key, {
        requests: sum.requests + requests,
        events: { errors: (sum.events['errors'] ?? 0) + failed },
      })
    }
  }
  return { atMs: clock.now(), counts }
}

const NOTHING: VersionCounts = { requests: 0, events: { errors: 0 } }

/** What was counted from each reading to the next, within the time of the query. */
function intervalsOf(readings: readonly Reading[], query: CountsQuery): readonly CountedInterval[] {
  const { environment, before, after, fromMs, toMs } = query
  const within = readings.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs)
  const between = (one: Reading, next: Reading, version: string | undefined): VersionCounts => {
    const key = `${environment} ${version}`
    const from = one.counts.get(key) ?? NOTHING
    const to = next.counts.get(key) ?? NOTHING
    return {
      requests: to.requests - from.requests,
      events: { errors: (to.events['errors'] ?? 0) - (from.events['errors'] ?? 0) },
    }
  }
  return within.slice(1).map((next, at) => {
    const one = within[at] as Reading
    return { before: between(one, next, before), after: between(one, next, after) }
  })
}

async function queryIn(req: IncomingMessage): Promise<CountsQuery> {
  return JSON.parse(await text(req)) as CountsQuery
}
