/**
 * Counts of a gate from a real Prometheus, which scrapes real APIs.
 *
 * They are left out where prometheus is not installed, unless APPCONFIG_KIT_PROMETHEUS=required.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { manualClock } from '@appconfig-kit/core/testing'
import { appConfig, countEvent, observeUsage } from '@appconfig-kit/express'
import type { CountedInterval, CountsQuery, VersionCounts } from '@appconfig-kit/rollout'
import { prometheusCounts } from '@appconfig-kit/rollout/prometheus'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import express from 'express'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { freePort } from '../src/restart.ts'
import { polled, startWorld, until, type World } from '../src/world.ts'

const required = process.env['APPCONFIG_KIT_PROMETHEUS'] === 'required'
const leaveOut = !required && spawnSync('prometheus', ['--version']).status !== 0
const title = `counts from Prometheus${leaveOut ? ' (left out: prometheus is not installed)' : ''}`

/** Names that PromQL would read as something else. */
const HOSTILE = 'a"}) or vector(1) # \\'
const REQUESTS = 'sum(appconfig_kit_requests_total)'
const WATCHES = ['errors', 'slow', 'checkout']

describe.skipIf(leaveOut)(title, { timeout: 60_000 }, () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld()
  })
  afterEach(() => world.close())

  /** An instance of an API with a clock of its own, so that it learns of a version when the test says so. */
  async function startApi(application: string, port: number) {
    const clock = manualClock()
    const middleware = appConfig({
      application,
      environment: 'prod-01',
      layers: ['default'],
      source: world.source,
      clock,
      tenant: () => null,
      telemetry: { events: ['checkout'] },
    })
    const app = express()
    app.use(middleware)
    app.get('/', (_req, res) => void res.send('ok'))
    app.get('/orders', (req, res) => {
      countEvent(req.config, 'checkout')
      res.send('ok')
    })
    app.get('/broken', (_req, res) => void res.status(500).end())
    const exporter = new PrometheusExporter({ port: 0, preventServerStart: true })
    const provider = new MeterProvider({ readers: [exporter] })
    observeUsage(middleware.client, provider.getMeter('test'))
    const server = createServer((request, response) =>
      request.url === '/metrics'
        ? exporter.getMetricsRequestHandler(request, response)
        : app(request, response),
    ).listen(port, '127.0.0.1')
    await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    let sent = 0
    let isClosed = false
    const close = async () => {
      if (isClosed) return
      isClosed = true
      server.closeAllConnections()
      server.close()
      await provider.shutdown()
      await middleware.close()
    }
    onTestFinished(close)
    return {
      async send(path: string, times: number) {
        for (let count = 0; count < times; count++) await (await fetch(url + path)).text()
        sent += times
        const counted = () => middleware.client.usage().reduce((sum, { requests }) => sum + requests, 0)
        await until(() => counted() === sent)
      },
      async poll() {
        world.passInterval()
        clock.advance(66_001)
        await polled(middleware.client, { clock })
      },
      close,
    }
  }

  async function startPrometheus(targets: readonly number[]): Promise<string> {
    const folder = mkdtempSync(join(tmpdir(), 'prometheus-'))
    const port = await freePort()
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [
        { job_name: 'api', static_configs: [{ targets: targets.map((target) => `127.0.0.1:${target}`) }] },
      ],
    }
    // YAML is a superset of JSON.
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config))
    const prometheus = spawn(
      'prometheus',
      [
        `--config.file=${join(folder, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    )
    let printed = ''
    prometheus.stderr.on('data', (text) => {
      printed += text
    })
    onTestFinished(async () => {
      await ended(prometheus)
      rmSync(folder, { recursive: true, force: true })
    })
    await until(
      () => printed.includes('Server is ready to receive web requests') || prometheus.exitCode !== null,
    )
    expect(prometheus.exitCode, printed).toBe(null)
    return `http://127.0.0.1:${port}`
  }

  it('are what was requested: of two versions, two instances, one that is new and one that starts again', async () => {
    const deploy = (versionLabel: string) => world.deploy('default', { versionLabel }, { versionLabel })
    await deploy('v1')
    const ports = [await freePort(), await freePort(), await freePort()] as const
    const one = await startApi('api', ports[0])
    const other = await startApi('api', ports[1])
    await one.send('/', 7)
    await other.send('/broken', 5)
    const url = await startPrometheus(ports)
    // What was before the deployment is scraped before it, and no part of the answer.
    await eventually(() => scraped(url, REQUESTS), 12)
    const query = {
      application: 'api',
      environment: 'prod-01',
      profile: 'default',
      before: 'v1',
      after: 'v2',
    }
    const source = prometheusCounts({ url, intervalSeconds: 1 })
    const fromMs = Date.now()
    const answer = async () => {
      const asked: CountsQuery = { ...query, watches: WATCHES, fromMs, toMs: Date.now() }
      return sumOf(await source(asked, AbortSignal.timeout(10_000)))
    }

    await deploy('v2')
    await one.poll()
    // All at once: whoever takes the first value of a series for its beginning sees none of it.
    await one.send('/broken', 3)
    await one.send('/orders', 2)
    await other.send('/', 4)
    await other.send('/orders', 1)
    const before = { requests: 5, events: { errors: 0, slow: 0, checkout: 1 } }
    await eventually(answer, { before, after: { requests: 5, events: { errors: 3, slow: 0, checkout: 2 } } })

    const third = await startApi('api', ports[2])
    await third.send('/broken', 4)
    await eventually(answer, { before, after: { requests: 9, events: { errors: 7, slow: 0, checkout: 2 } } })

    await other.close()
    await eventually(() => scraped(url, `up{instance="127.0.0.1:${ports[1]}"}`), 0)
    const again = await startApi('api', ports[1])
    // Nobody knows when these were: it was not scraped before.
    await again.send('/broken', 2)
    await eventually(() => scraped(url, REQUESTS), 7 + 5 + 4 + 2)
    await again.send('/broken', 6)
    await eventually(answer, {
      before,
      after: { requests: 15, events: { errors: 13, slow: 0, checkout: 2 } },
    })
  })

  it('are of the document that is meant, whatever its name would be in PromQL', async () => {
    for (const application of [HOSTILE, 'other']) {
      await world.local.deploy({
        application,
        environment: 'prod-01',
        profile: 'default',
        content: { a: 1 },
        versionLabel: 'v1',
      })
    }
    const ports = [await freePort(), await freePort()] as const
    const hostile = await startApi(HOSTILE, ports[0])
    const other = await startApi('other', ports[1])
    await hostile.send('/', 1)
    await other.send('/', 1)
    const url = await startPrometheus(ports)
    await eventually(() => scraped(url, REQUESTS), 2)
    const fromMs = Date.now()
    await hostile.send('/broken', 3)
    await other.send('/', 9)
    await eventually(() => scraped(url, REQUESTS), 14)

    const source = prometheusCounts({ url, intervalSeconds: 1 })
    const query = {
      environment: 'prod-01',
      profile: 'default',
      before: undefined,
      after: 'v1',
      fromMs,
      watches: ['errors'],
    }
    const answerOf = async (application: string) =>
      sumOf(await source({ ...query, application, toMs: Date.now() + 1000 }, AbortSignal.timeout(10_000)))
        .after

    expect(await answerOf(HOSTILE)).toEqual({ requests: 3, events: { errors: 3 } })
    expect(await answerOf('other')).toEqual({ requests: 9, events: { errors: 0 } })
  })

  it('are refused where Prometheus refuses', async () => {
    const url = await startPrometheus([])
    const source = prometheusCounts({ url: `${url}/nothing`, intervalSeconds: 1 })
    const query = {
      application: 'a',
      environment: 'b',
      profile: 'c',
      before: undefined,
      after: 'v1',
      watches: [],
    }

    await expect(
      source({ ...query, fromMs: 0, toMs: 60_000 }, AbortSignal.timeout(10_000)),
    ).rejects.toMatchObject({ code: 'METRICS_REFUSED', message: expect.stringContaining('answered 404') })
  })
})

/** The value of an expression of PromQL, as it was scraped last. */
async function scraped(url: string, expression: string): Promise<number> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expression)}`)
  const { data } = (await response.json()) as { data: { result: { value: [number, string] }[] } }
  return Number(data.result[0]?.value[1])
}

/** Asks until it is so: Prometheus scrapes when it likes. */
async function eventually(ask: () => Promise<unknown>, expected: unknown): Promise<void> {
  await expect.poll(ask, { timeout: 30_000, interval: 50 }).toEqual(expected)
}

function sumOf(intervals: readonly CountedInterval[]): { before: VersionCounts; after: VersionCounts } {
  const sum = (version: 'before' | 'after'): VersionCounts => ({
    requests: intervals.reduce((all, each) => all + each[version].requests, 0),
    events: Object.fromEntries(
      Object.keys(intervals[0]?.[version].events ?? {}).map((name) => [
        name,
        intervals.reduce((all, each) => all + (each[version].events[name] ?? Number.NaN), 0),
      ]),
    ),
  })
  return { before: sum('before'), after: sum('after') }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill()
  await once(child, 'exit')
}
