/** Decisions in OpenTelemetry's own SDK, checked against its semantic conventions. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import * as stable from '@opentelemetry/semantic-conventions'
import * as incubating from '@opentelemetry/semantic-conventions/incubating'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  decisionAttributes,
  isEnabled,
  type LoggerLike,
  memory,
  type ObserveDecisionsOptions,
  observeDecisions,
  signOverride,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { configureRequests } from '../../src/requests/request-config.ts'
import { configSeen } from '../../src/views/seen.ts'
import { CONVENTIONS, EVENT_NAME } from './feature-flag-conventions.ts'

const DOCUMENT = {
  featureA: true,
  closed: { enabled: false },
  checkout: {
    _variants: [
      { name: 'gold', enabled: true, rule: '(eq $tier "gold")', attributeValues: { steps: 1 } },
      { name: 'half', enabled: true, rule: '(split pct::100 by::$user)' },
      { name: 'rest', enabled: false },
    ],
  },
  limit: 5,
  long: 'x'.repeat(5000),
}
const KEY = 'k'.repeat(32)

const exporter = new InMemoryLogRecordExporter()
const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] })
const spans = new InMemorySpanExporter()
const tracer = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }).getTracer('test')

const ends: (() => unknown)[] = []
beforeEach(() => {
  exporter.reset()
  spans.reset()
  context.setGlobalContextManager(asyncContexts())
  ends.push(() => context.disable())
})
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

/** As OpenTelemetry's own for Node, which is a package of its own. */
function asyncContexts(): ContextManager {
  const store = new AsyncLocalStorage<Context>()
  return {
    active: () => store.getStore() ?? ROOT_CONTEXT,
    with: (of, work, self, ...args) => store.run(of, () => work.apply(self, args)),
    bind: (_, target) => target,
    enable() {
      return this
    },
    disable() {
      return this
    },
  }
}

async function start(
  options: Partial<AppConfigOptions<undefined>> = {},
  observing: ObserveDecisionsOptions = {},
  logger: LoggerLike = provider.getLogger('test'),
) {
  const clock = manualClock()
  const source = memory({ default: DOCUMENT })
  source.publish('default', DOCUMENT, { versionLabel: 'v1' })
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source,
    clock,
    logger: false,
    overrides: { keys: KEY, flags: ['featureA'] },
    ...options,
  })
  ends.push(() => client.close())
  await client.resolve(null)
  const stop = observeDecisions(client, logger, observing)
  ends.push(stop)
  const { configFor } = configureRequests<{ headers: Record<string, string> }, undefined>({
    client,
    tenant: ({ headers }) =>
      headers['x-tenant'] ? { id: headers['x-tenant'], tier: headers['x-tier'] } : null,
    context: () => ({ user: 'u' }),
  })
  return {
    client,
    clock,
    source,
    stop,
    /** Asks for flags as one request of a tenant. */
    async ask(flags: readonly string[], tenant?: string, tier?: string, override?: string) {
      const headers = {
        ...(tenant && { 'x-tenant': tenant }),
        ...(tier && { 'x-tier': tier }),
        ...(override && { 'x-appconfig-override': override }),
      }
      const seen = await configFor({ headers })
      const config = configSeen(seen as never)
      for (const flag of flags) isEnabled(config, flag as never)
    },
  }
}

const exported = () => exporter.getFinishedLogRecords()

describe('the semantic conventions', () => {
  const constants = { ...stable, ...incubating } as unknown as Record<string, unknown>

  it('are those of the npm package', () => {
    const published = new Set(Object.values(constants))
    expect(Object.keys(CONVENTIONS).filter((name) => !published.has(name))).toEqual([])
    const reasons = Object.entries(constants)
      .filter(([name]) => name.startsWith('FEATURE_FLAG_RESULT_REASON_VALUE_'))
      .map(([, value]) => value)
    expect([...(CONVENTIONS['feature_flag.result.reason']?.values ?? [])].sort()).toEqual(reasons.sort())
    expect(incubating.EVENT_FEATURE_FLAG_EVALUATION).toBe(EVENT_NAME)
  })

  it('know every attribute of every record, its type and its values, and miss none', async () => {
    const { ask, source, client } = await start(
      { telemetry: { decisions: { values: true } } },
      { values: true },
    )
    const override = signOverride({
      key: KEY,
      tenant: 'tenant-01',
      flags: { featureA: false },
      validForSeconds: 60,
      clock: client.clock,
    })
    const all = [...Object.keys(DOCUMENT), 'missing']
    await ask(all)
    await ask(all, 'tenant-01', 'gold')
    await ask(all, 'tenant-01', 'gold', override)
    await ask(all, 'tenant-02')
    const stale = new Promise((resolve) => client.on('stale', resolve))
    source.failWith(new Error('down'))
    await stale
    await ask(all, 'tenant-02')

    const records = exported()
    expect(records).toHaveLength(5 * all.length)
    for (const { eventName, attributes } of records) {
      expect(eventName).toBe(EVENT_NAME)
      for (const [name, value] of Object.entries(attributes)) {
        const convention = CONVENTIONS[name]
        expect(convention, `${name} is none of the conventions`).toBeDefined()
        if (convention?.type === 'string') expect(typeof value, name).toBe('string')
        if (convention?.values) expect(convention.values).toContain(value)
      }
      const has = (name: string) => attributes[name] !== undefined
      const isError = attributes['feature_flag.result.reason'] === 'error'
      for (const [name, { level }] of Object.entries(CONVENTIONS)) {
        if (level === 'required') expect(has(name), name).toBe(true)
        if (level === 'if-error') expect(has(name), name).toBe(isError)
      }
      // A text, number or missing flag has no variant; the longest text is too long to be exported.
      const key = attributes['feature_flag.key']
      if (!isError && key !== 'long')
        expect(has('feature_flag.result.variant') || has('feature_flag.result.value'), `${key}`).toBe(true)
    }
    const reasons = new Set(records.map(({ attributes }) => attributes['feature_flag.result.reason']))
    expect([...reasons].sort()).toEqual(
      ['disabled', 'error', 'split', 'stale', 'static', 'targeting_match'].sort(),
    )
    const used = new Set(records.flatMap(({ attributes }) => Object.keys(attributes)))
    expect(Object.keys(CONVENTIONS).filter((name) => !used.has(name))).toEqual(['error.message'])
  })
})

describe('observeDecisions', () => {
  it('exports one record for each request and flag, without ids and values', async () => {
    const { ask } = await start()

    await ask(['checkout', 'checkout', 'featureA', 'limit'], 'tenant-01', 'gold')

    const common = {
      'feature_flag.provider.name': 'appconfig-kit',
      'feature_flag.set.id': 'api/prod/default',
      'feature_flag.version': 'v1',
      'feature_flag.context.id': createHash('sha256').update('tenant-01').digest('hex'),
    }
    expect(exported().map(({ attributes }) => attributes)).toEqual([
      {
        'feature_flag.key': 'checkout',
        'feature_flag.result.variant': 'gold',
        'feature_flag.result.reason': 'targeting_match',
        ...common,
      },
      {
        'feature_flag.key': 'featureA',
        'feature_flag.result.variant': 'on',
        'feature_flag.result.reason': 'static',
        ...common,
      },
      { 'feature_flag.key': 'limit', 'feature_flag.result.reason': 'static', ...common },
    ])
  })

  it('exports values only where both options say so', async () => {
    const quiet = await start({}, { values: true })
    await quiet.ask(['checkout'], 'tenant-01', 'gold')
    const inProcess = await start({ telemetry: { decisions: { values: true } } })
    await inProcess.ask(['checkout'], 'tenant-01', 'gold')
    expect(exported().map(({ attributes }) => attributes['feature_flag.result.value'])).toEqual([
      undefined,
      undefined,
    ])
    exporter.reset()

    const open = await start({ telemetry: { decisions: { values: true } } }, { values: true })
    await open.ask(['checkout', 'long'], 'tenant-01', 'gold')

    expect(exported().map(({ attributes }) => attributes['feature_flag.result.value'])).toEqual([
      { steps: 1, _variant: 'gold', enabled: true },
      undefined,
    ])
  })

  it('is on the trace of the request, and on its span where that is asked for', async () => {
    const { ask } = await start({}, { span: () => trace.getActiveSpan() })
    const span = tracer.startSpan('GET /')

    await context.with(trace.setSpan(ROOT_CONTEXT, span), () => ask(['featureA'], 'tenant-01'))
    span.end()

    expect(exported()[0]?.spanContext?.traceId).toBe(span.spanContext().traceId)
    const [event] = spans.getFinishedSpans()[0]?.events ?? []
    expect(event?.name).toBe(EVENT_NAME)
    expect(event?.attributes).toEqual(exported()[0]?.attributes)
  })

  it('gives a span the attributes of one decision', async () => {
    const { client, ask } = await start()
    client.on('decision', (decision) => {
      trace.getActiveSpan()?.setAttributes(decisionAttributes(decision))
    })
    const span = tracer.startSpan('GET /')

    await context.with(trace.setSpan(ROOT_CONTEXT, span), () => ask(['checkout'], 'tenant-01', 'gold'))
    span.end()

    expect(spans.getFinishedSpans()[0]?.attributes).toEqual(exported()[0]?.attributes)
  })

  it('exports no more than maxPerSecond, and tells what it dropped', async () => {
    const { ask, clock, stop } = await start({}, { maxPerSecond: 2 })
    const dropped = () =>
      exported()
        .filter(({ eventName }) => eventName === 'appconfig_kit.decisions.dropped')
        .map(({ attributes }) => attributes)

    for (let times = 0; times < 5; times++) await ask(['featureA'])
    expect(exported()).toHaveLength(2)
    clock.advance(1000)
    expect(dropped()).toEqual([{ 'appconfig_kit.dropped': 3 }])
    for (let times = 0; times < 3; times++) await ask(['featureA'])
    expect(exported()).toHaveLength(5)
    stop()
    expect(dropped()).toEqual([{ 'appconfig_kit.dropped': 3 }, { 'appconfig_kit.dropped': 1 }])

    await ask(['featureA'])
    clock.advance(10_000)
    expect(exported()).toHaveLength(6)
  })

  it('does nothing for a logger that is switched off', async () => {
    let emitted = 0
    const off = { emit: () => void emitted++, enabled: () => false }
    const { ask } = await start({}, {}, off)

    await ask(['featureA'])

    expect(emitted).toBe(0)
  })

  it('throws into no request and no timer what a logger throws', async () => {
    const broken: LoggerLike = {
      emit() {
        throw new Error('a logger’s')
      },
    }
    const { ask, clock } = await start({}, { maxPerSecond: 1 }, broken)

    for (let times = 0; times < 3; times++) await ask(['featureA'])
    clock.advance(1000)
  })

  it('refuses options it does not know', async () => {
    const { client } = await start()
    const logger = provider.getLogger('test')

    expect(() => observeDecisions(client, logger, { maxPerSeconds: 1 } as never)).toThrow(
      'has no option "maxPerSeconds". Did you mean maxPerSecond?',
    )
    expect(() => observeDecisions(client, logger, { maxPerSecond: 0 })).toThrow('at least 1')
  })
})
