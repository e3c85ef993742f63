import { afterEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  countEvent,
  createAppConfig,
  layer,
  memory,
  sideAttributes,
} from '../../src/index.ts'
import { runsNew } from '../../src/requests/gates.ts'
import { configureRequests } from '../../src/requests/request-config.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'
import { createUsageCounter } from '../../src/usage/usage.ts'

const PLACE = { application: 'api', environment: 'prod', profile: 'default' }
const OK = { status: 200, isFinished: true, tookMs: 1 }

const clients: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

describe('counts', () => {
  const counter = () => createUsageCounter({ slowMs: 100, events: ['checkout'] })

  it('how requests ended', () => {
    const { addRequest, countsOf, all } = counter()
    const counts = countsOf([{ document: PLACE, version: 'v1' }])
    for (const outcome of [
      OK,
      { ...OK, status: 404 },
      { ...OK, status: 500 },
      { ...OK, status: 503, isFinished: false },
      { ...OK, isFinished: false },
      { ...OK, tookMs: 100 },
    ])
      addRequest(counts, outcome)

    expect(all()).toEqual([
      {
        ...PLACE,
        version: 'v1',
        requests: 6,
        failed: 2,
        slow: 1,
        aborted: 1,
        events: { checkout: 0 },
        sides: {},
      },
    ])
  })

  it('are kept of the newest three versions; who still holds an older one counts as other', () => {
    const { addRequest, addEvent, countsOf, all } = counter()
    const old = countsOf([{ document: PLACE, version: 'v0' }])
    for (let version = 0; version < 50; version++) {
      const counts = countsOf([{ document: PLACE, version: `v${version}` }])
      addRequest(counts, OK)
      addEvent(counts, 'checkout')
    }
    addRequest(old, OK)

    expect(all().map(({ version, requests, events }) => [version, requests, events['checkout']])).toEqual([
      ['other', 1, 0],
      ['v47', 1, 1],
      ['v48', 1, 1],
      ['v49', 1, 1],
    ])
  })

  it('of an environment that clients make up are bounded', () => {
    const { addRequest, countsOf, all } = counter()
    for (let at = 0; at < 5000; at++)
      addRequest(countsOf([{ document: { ...PLACE, environment: `e${at}` }, version: 'v' }]), OK)

    expect(all()).toHaveLength(1000)
  })
})

function clientOf(options: Partial<AppConfigOptions>): AppConfigClient {
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    logger: false,
    ...options,
  } as AppConfigOptions<undefined>)
  clients.push(client)
  return client
}

interface FakeRequest {
  readonly headers: Record<string, string>
  readonly tenant: Tenant | null
}

/** Sends requests through what all adapters call; each ends when told to. */
function serverOf(client: AppConfigClient) {
  const { configFor } = configureRequests<FakeRequest, undefined>({ client, tenant: ({ tenant }) => tenant })
  return async (
    tenant: Tenant | null,
    status = 200,
    handler: (request: object) => unknown = () => {},
  ): Promise<unknown> => {
    const request = { headers: {}, tenant }
    const ends: (() => void)[] = []
    const response = {
      statusCode: status,
      writableFinished: true,
      on: (_: string, end: () => void) => ends.push(end),
    }
    await Promise.resolve(configFor(request, response)).catch(() => {})
    const answer = handler(request)
    for (const end of ends) end()
    return answer
  }
}

describe('a client', () => {
  it('counts requests by written documents and their versions, not by tenants’ own', async () => {
    const source = memory({ default: { a: 1 }, tenants: { 't-1': { b: 1 } }, 'tenant-t-1': {} })
    source.publish('default', { a: 1 }, { versionLabel: 'v1' })
    const client = clientOf({
      source,
      telemetry: {},
      layers: [
        'default',
        layer('tenants', { section: (t) => t.id, optional: true }),
        (t) => layer(`tenant-${t.id}`, { optional: true }),
      ],
    })
    const send = serverOf(client)
    for (const id of ['t-1', 't-2', 't-3']) await send({ id })
    await send(null)
    source.publish('default', { a: 2 }, { versionLabel: 'v2' })
    await new Promise((resolve) => setTimeout(resolve, 5))
    await send({ id: 't-1' }, 500)

    const { revision = '' } =
      client.health().documents.find(({ profile }) => profile === 'tenants')?.version ?? {}
    expect(client.usage()).toEqual([
      { ...PLACE, version: 'none', requests: 0, failed: 0, slow: 0, aborted: 0, events: {}, sides: {} },
      { ...PLACE, version: 'v1', requests: 4, failed: 0, slow: 0, aborted: 0, events: {}, sides: {} },
      { ...PLACE, version: 'v2', requests: 1, failed: 1, slow: 0, aborted: 0, events: {}, sides: {} },
      {
        ...PLACE,
        profile: 'tenants',
        version: 'none',
        requests: 0,
        failed: 0,
        slow: 0,
        aborted: 0,
        events: {},
        sides: {},
      },
      {
        ...PLACE,
        profile: 'tenants',
        version: revision,
        requests: 4,
        failed: 1,
        slow: 0,
        aborted: 0,
        events: {},
        sides: {},
      },
    ])
  })

  it('tells which side of a flag answered, and how often it failed', async () => {
    const source = memory({ default: { featureA: true, featureB: false } })
    const client = clientOf({ source, telemetry: {}, layers: ['default'] })
    const send = serverOf(client)
    const asked = (request: object) => {
      for (const flag of ['featureA', 'featureB']) runsNew(request, flag, `flagged(${flag})`)
      return sideAttributes(request)
    }
    expect(await send({ id: 't-1' }, 500, asked)).toEqual({
      'appconfig_kit.flagged.featureA': 'new',
      'appconfig_kit.flagged.featureB': 'old',
    })
    await send({ id: 't-2' }, 200, (request) => runsNew(request, 'featureA', 'flagged(featureA)'))
    await send({ id: 't-3' })

    const NONE = { requests: 0, failed: 0 }
    expect(client.usage().find(({ version }) => version !== 'none')).toMatchObject({
      requests: 3,
      sides: {
        featureA: { old: NONE, new: { requests: 2, failed: 1 } },
        featureB: { old: { requests: 1, failed: 1 }, new: NONE },
      },
    })
  })

  it('notes no side without the option', async () => {
    const client = clientOf({ source: memory({ default: { featureA: true } }), layers: ['default'] })
    const attributes = await serverOf(client)({ id: 't-1' }, 200, (request) => {
      runsNew(request, 'featureA', 'flagged(featureA)')
      return sideAttributes(request)
    })
    expect(attributes).toEqual({})
  })

  it('has as many series with 10,000 tenants as with one', async () => {
    const client = clientOf({
      source: memory({ default: { a: 1 } }),
      telemetry: {},
      layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })],
      maxNewTenantsPerSecond: 1_000_000,
      maxRequestsPerSecond: 1_000_000,
    })
    const send = serverOf(client)
    await Promise.all(Array.from({ length: 10_000 }, (_, at) => send({ id: `t-${at}` })))

    expect(client.usage().map(({ requests }) => requests)).toEqual([0, 10_000])
  })

  it.each([
    ['none', { onUnavailable: 'reject' as const }],
    ['none', { onUnavailable: 'defaults' as const, defaults: { a: 0 } }],
  ])('counts requests without a configuration as version %s: %o', async (version, options) => {
    const source = memory()
    source.failWith(new Error('down'))
    const client = clientOf({ source, telemetry: {}, layers: ['default'], resolveTimeoutMs: 5, ...options })
    await serverOf(client)(null, 503)

    expect(client.usage()).toMatchObject([{ version, requests: 1, failed: 1 }])
  })

  it('counts events of the application, of views too, and refuses others', async () => {
    const rule = { name: 'pro', enabled: true, rule: '(eq $tier "pro")' }
    const document = { flag: { _variants: [rule, { name: 'rest', enabled: false }] } }
    const client = clientOf({
      source: memory({ default: document }),
      telemetry: { events: ['checkout'] },
      layers: ['default'],
    })
    const config = await client.resolve(null, { context: { plan: 'x' } })
    countEvent(config, 'checkout')
    countEvent(config, 'checkout')

    expect(client.usage()).toMatchObject([{ events: { checkout: 0 } }, { events: { checkout: 2 } }])
    expect(() => countEvent(config, 'chekcout')).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
  })

  it('counts nothing unless it is asked for', async () => {
    const client = clientOf({ source: memory({ default: { a: 1 } }), layers: ['default'] })
    const config = await client.resolve()
    await serverOf(client)(null)
    countEvent(config, 'anything')

    expect(client.usage()).toEqual([])
  })

  it.each([
    [{ slowMs: 0 }],
    [{ slowMs: 1.5 }],
    [{ events: ['a', 'a'] }],
    [{ events: [''] }],
    [{ events: ['a b'] }],
    [{ events: Array.from({ length: 21 }, (_, at) => `e${at}`) }],
    [{ slow: 5 } as object],
  ])('refuses %o', (telemetry) => {
    expect(() => clientOf({ source: memory({}), layers: ['default'], telemetry })).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID' }),
    )
  })
})
