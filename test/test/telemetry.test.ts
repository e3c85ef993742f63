/** Usage in OpenTelemetry's own SDK, and as Prometheus scrapes it. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  appConfig,
  countEvent,
  flagged,
  observeUsage,
  sideAttributes,
  spanAttributes,
} from '@appconfig-kit/express'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import express from 'express'
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { APPLICATION, ENVIRONMENT, startWorld, until, type World } from '../src/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
  await world.deploy('default', { a: 1 }, { versionLabel: 'v1' })
})
afterEach(() => world.close())

async function startApi() {
  const middleware = appConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: ['default'],
    source: world.source,
    clock: world.clock,
    tenant: () => null,
    telemetry: { events: ['checkout'] },
  })
  const app = express()
  app.use(middleware)
  app.get('/', (_req, res) => void res.send('ok'))
  app.post('/orders', (req, res) => {
    countEvent(req.config, 'checkout')
    res.send('ok')
  })
  app.get('/traced', (req, res) => {
    tracer.startSpan('GET /traced').setAttributes(spanAttributes(req.config, 'default')).end()
    res.send('ok')
  })
  app.get(
    '/searched',
    flagged(
      'featureA',
      (req, res) => {
        tracer.startSpan('GET /searched').setAttributes(sideAttributes(req)).end()
        res.send('old')
      },
      (_req, res) => void res.send('new'),
    ),
  )
  app.get('/broken', () => {
    throw Object.assign(new Error('broken'), { expose: false })
  })
  app.use(((_error, _req, res, _next) => void res.status(500).end()) as express.ErrorRequestHandler)
  const server = createServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await middleware.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let sent = 0
  return {
    client: middleware.client,
    async send(path: string, method = 'GET') {
      await (await fetch(url + path, { method })).text()
      sent++
      await until(() => middleware.client.usage().reduce((sum, { requests }) => sum + requests, 0) === sent)
    },
  }
}

const spans = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')

describe('spanAttributes', () => {
  it('tell a span the version of a document', async () => {
    const { send } = await startApi()

    await send('/traced')

    expect(spans.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
      { 'feature_flag.set.id': `${APPLICATION}/${ENVIRONMENT}/default`, 'feature_flag.version': 'v1' },
    ])
  })

  it('tell a span which side of a flag answered', async () => {
    const { send } = await startApi()
    spans.reset()

    await send('/searched')

    expect(spans.getFinishedSpans().map(({ attributes }) => attributes)).toEqual([
      { 'appconfig_kit.flagged.featureA': 'old' },
    ])
  })

  it('are none for what is not counted', () => {
    expect(spanAttributes(undefined, 'default')).toEqual({})
    expect(spanAttributes({ a: 1 }, 'default')).toEqual({})
  })
})

describe('observeUsage', () => {
  it('is read by OpenTelemetry’s SDK at each collection, until it is stopped', async () => {
    const { client, send } = await startApi()
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
    const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })
    const provider = new MeterProvider({ readers: [reader] })
    onTestFinished(() => provider.shutdown())
    const stop = observeUsage(client, provider.getMeter('test'))

    await send('/')
    await send('/orders', 'POST')
    await send('/broken')
    await send('/searched')
    const first = await collected()
    await send('/')
    const second = await collected()
    stop()
    await send('/')
    const third = await collected()

    const set = {
      'feature_flag.set.id': `${APPLICATION}/${ENVIRONMENT}/default`,
      'feature_flag.version': 'v1',
    }
    const sides = (old: number, next: number) =>
      Object.entries({ old, new: next }).map(([side, value]) => ({
        attributes: { ...set, 'feature_flag.key': 'featureA', 'appconfig_kit.side': side },
        value,
      }))
    expect(first).toEqual({
      'appconfig_kit.requests': [{ attributes: set, value: 4 }],
      'appconfig_kit.requests.failed': [{ attributes: set, value: 1 }],
      'appconfig_kit.requests.slow': [{ attributes: set, value: 0 }],
      'appconfig_kit.requests.aborted': [{ attributes: set, value: 0 }],
      'appconfig_kit.events': [{ attributes: { ...set, 'appconfig_kit.event': 'checkout' }, value: 1 }],
      'appconfig_kit.flagged.requests': sides(1, 0),
      'appconfig_kit.flagged.failed': sides(0, 0),
    })
    expect(second['appconfig_kit.requests']).toEqual([{ attributes: set, value: 5 }])
    expect(third['appconfig_kit.requests'] ?? []).not.toContainEqual({ attributes: set, value: 6 })

    /** By metric: the points of version v1. */
    async function collected(): Promise<Record<string, object[]>> {
      exporter.reset()
      await reader.forceFlush()
      const metrics = exporter
        .getMetrics()
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics))
      return Object.fromEntries(
        metrics.map(({ descriptor, dataPoints }) => [
          descriptor.name,
          dataPoints
            .filter(({ attributes }) => attributes['feature_flag.version'] === 'v1')
            .map(({ attributes, value }) => ({ attributes, value })),
        ]),
      )
    }
  })

  it('is scraped from a page of OpenTelemetry’s exporter for Prometheus', async () => {
    const { client, send } = await startApi()
    const exporter = new PrometheusExporter({ port: 0, preventServerStart: true })
    const provider = new MeterProvider({ readers: [exporter] })
    const page = createServer((request, response) => exporter.getMetricsRequestHandler(request, response))
    page.listen(0, '127.0.0.1')
    await once(page, 'listening')
    onTestFinished(async () => {
      page.closeAllConnections()
      page.close()
      await provider.shutdown()
    })
    observeUsage(client, provider.getMeter('test'))
    for (let count = 0; count < 5; count++) await send('/')
    await send('/broken')

    const { port } = page.address() as AddressInfo
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()

    const valueIn = (metric: string) =>
      text
        .split('\n')
        .find((line) => line.startsWith(`${metric}{`) && line.includes('feature_flag_version="v1"'))
        ?.split(' ')[1]
    expect(valueIn('appconfig_kit_requests_total'), text).toBe('6')
    expect(valueIn('appconfig_kit_requests_failed_total')).toBe('1')
    expect(text).toContain(`feature_flag_set_id="${APPLICATION}/${ENVIRONMENT}/default"`)
  })
})
