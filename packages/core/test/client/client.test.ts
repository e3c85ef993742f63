import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type AppConfigClient,
  type AppConfigEvents,
  type AppConfigOptions,
  createAppConfig,
  type EventName,
  isEnabled,
  isFallback,
  layer,
  type MemorySource,
  memory,
  type Tenant,
  versionOf,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

const clients: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

function clientOf(source: MemorySource, options: Partial<AppConfigOptions> = {}): AppConfigClient {
  const client = createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: ['default'],
    source,
    ...options,
  })
  clients.push(client)
  return client as AppConfigClient
}

type Recorded = Exclude<EventName, 'decision'>

/** The events of a client, as they come; all but decisions, which give each caller an object of its own. */
function record(client: AppConfigClient): { [Name in Recorded]: AppConfigEvents[Name][] } {
  const events = {
    change: [],
    rejected: [],
    failure: [],
    stale: [],
    recovered: [],
    override: [],
    shadow: [],
  } as {
    [Name in Recorded]: AppConfigEvents[Name][]
  }
  for (const name of Object.keys(events) as Recorded[])
    client.on(name, (event) => void events[name].push(event as never))
  return events
}

/** Lets what is under way get done: promises, and the sweep after a change. */
const idle = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

const TENANT_LAYERS: AppConfigOptions['layers'] = [
  'default',
  (t: Tenant) => (t.tier === undefined ? undefined : `tier-${t.tier}`),
  (t: Tenant) => layer(`tenant-${t.id}`, { optional: true }),
]

describe('a document of sections that can’t be read', () => {
  it.each([
    ['broken', { default: { a: 1 }, tenants: '{' }, 'DOCUMENT_INVALID'],
    ['absent', { default: { a: 1 } }, 'DOCUMENT_ABSENT'],
  ])('is %s: requests without a tenant never see it, and are served', async (_, documents, code) => {
    const client = clientOf(memory(documents), {
      layers: ['default', layer('tenants', { section: (t) => t.id })],
      logger: false,
    })

    expect(await client.resolve()).toEqual({ a: 1 })
    await expect(client.start()).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      cause: expect.objectContaining({ code }),
    })
    await expect(client.resolve('t-1')).rejects.toMatchObject({
      code: code === 'DOCUMENT_ABSENT' ? 'TENANT_UNKNOWN' : 'CONFIG_UNAVAILABLE',
    })
    expect(client.health().status).toBe('unavailable')
  })
})

describe('a tenant', () => {
  it('gets its layers merged, and nobody else’s', async () => {
    const source = memory({
      default: { featureA: false, limits: { rpm: 10, size: 1 } },
      'tier-pro': { limits: { rpm: 100 } },
      'tenant-01': { featureA: true },
      'tenant-t-01': { featureA: true },
    })
    const client = clientOf(source, { layers: TENANT_LAYERS })
    expect(await client.resolve({ id: 't-01', tier: 'pro' })).toEqual({
      featureA: true,
      limits: { rpm: 100, size: 1 },
    })
    expect(await client.resolve('t-02')).toEqual({ featureA: false, limits: { rpm: 10, size: 1 } })
    expect(await client.resolve(null)).toEqual({ featureA: false, limits: { rpm: 10, size: 1 } })
  })

  it('is answered at once when warm, with a frozen object that stays the same', async () => {
    const client = clientOf(memory({ default: { a: { b: 1 } } }))
    expect(client.peek('t-01')).toBeUndefined()
    const config = await client.resolve('t-01')
    expect(client.peek('t-01')).toBe(config)
    expect(Object.isFrozen(config)).toBe(true)
  })

  it('shares its snapshot with every tenant made of the same', async () => {
    const source = memory({ default: { a: 1 }, 'tier-pro': { b: 2 }, 'tenant-t-03': { c: 3 } })
    const client = clientOf(source, { layers: TENANT_LAYERS })
    const [one, two, three] = await Promise.all(
      ['t-01', 't-02', 't-03'].map((id) => client.resolve({ id, tier: 'pro' })),
    )
    expect(two).toBe(one)
    expect(three).not.toBe(one)
  })

  it('is what it is now, though it is the object that was given before', async () => {
    const client = clientOf(memory({ default: {}, 'tier-free': { rpm: 1 }, 'tier-pro': { rpm: 2 } }), {
      layers: TENANT_LAYERS,
    })
    const tenant = { id: 't-01', tier: 'free', attributes: { beta: false } }
    expect(await client.resolve(tenant)).toEqual({ rpm: 1 })
    tenant.tier = 'pro'
    expect(client.peek(tenant)).toBeUndefined()
    expect(await client.resolve(tenant)).toEqual({ rpm: 2 })
    tenant.attributes.beta = true
    expect(client.peek(tenant)).toBeUndefined()
  })

  it('is composed again when its tier, cell or attributes differ', async () => {
    const source = memory({ default: {}, 'tier-free': { rpm: 1 }, 'tier-pro': { rpm: 2 } })
    const client = clientOf(source, { layers: TENANT_LAYERS })
    expect(await client.resolve({ id: 't-01', tier: 'free' })).toEqual({ rpm: 1 })
    expect(client.peek({ id: 't-01', tier: 'pro' })).toBeUndefined()
    expect(await client.resolve({ id: 't-01', tier: 'pro' })).toEqual({ rpm: 2 })
    expect(client.peek({ id: 't-01', tier: 'pro', attributes: { beta: true } })).toBeUndefined()
  })

  it('sees a new document as soon as it is there', async () => {
    const source = memory({ default: { a: 1 } })
    const client = clientOf(source)
    const before = await client.resolve('t-01')
    source.publish('default', { a: 2 }, { versionLabel: 'v2' })
    await idle()
    expect(client.peek('t-01')).toEqual({ a: 2 })
    expect(before).toEqual({ a: 1 })
    expect(versionOf(client.peek('t-01'))).toMatchObject([{ profile: 'default', versionLabel: 'v2' }])
  })

  it('gets its section of a document and never sees the rest', async () => {
    const source = memory({
      default: { a: 1 },
      tenants: { 't-01': { a: 2 }, constructor: { a: 3 }, 't-03': 'no object' },
    })
    const client = clientOf(source, {
      layers: ['default', layer('tenants', { section: (t) => t.id, optional: true })],
    })
    expect(await client.resolve('t-01')).toEqual({ a: 2 })
    expect(await client.resolve('t-02')).toEqual({ a: 1 })
    expect(await client.resolve('constructor')).toEqual({ a: 3 })
    expect(await client.resolve('toString')).toEqual({ a: 1 })
    await expect(client.resolve('t-03')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    // The name of whoever composed it first is nobody else's business.
    expect(JSON.stringify(versionOf(client.peek('toString')))).not.toContain('t-02')
  })

  it('with a bad id is refused', async () => {
    const client = clientOf(memory({ default: {} }))
    for (const id of ['../x', '', 'a b', 'x'.repeat(65), '__proto__']) {
      await expect(client.resolve(id)).rejects.toMatchObject({ code: 'TENANT_ID_INVALID', status: 400 })
    }
    await expect(client.resolve({} as Tenant)).rejects.toMatchObject({ code: 'TENANT_ID_INVALID' })
  })

  it('without a required layer of its own is unknown, and that is remembered for a while', async () => {
    const clock = manualClock()
    const source = memory({ default: {} })
    const client = clientOf(source, {
      clock,
      layers: ['default', (t) => `tenant-${t.id}`],
      missingRecheckSeconds: 60,
    })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN', status: 404 })
    source.publish('tenant-t-01', { a: 1 })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
    clock.advance(61_000)
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
  })

  it('without a required section of its own is unknown', async () => {
    const client = clientOf(memory({ default: {}, tenants: { 't-01': {} } }), {
      layers: ['default', layer('tenants', { section: (t) => t.id })],
    })
    expect(await client.resolve('t-01')).toEqual({})
    await expect(client.resolve('t-02')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
  })

  it('that isKnownTenant does not know is turned away before anything is asked for', async () => {
    const asked: string[] = []
    const client = clientOf(memory({ default: {} }), {
      layers: TENANT_LAYERS,
      isKnownTenant: async ({ id }) => {
        asked.push(id)
        return id === 't-01'
      },
    })
    expect(await client.resolve('t-01')).toEqual({})
    for (let i = 0; i < 3; i++)
      await expect(client.resolve('t-02')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
    expect(asked).toEqual(['t-01', 't-02'])
    expect(client.health().tenantDocuments).toEqual({ absent: 1 })
  })
})

describe('the last known good', () => {
  const schema = z.looseObject({ temperature: z.number(), search: z.boolean().optional() })

  it('stands while the source fails, and recovery is noticed', async () => {
    const source = memory({ default: { a: 1 }, 'tenant-t-01': { b: 2 } })
    const client = clientOf(source, { layers: TENANT_LAYERS })
    const events = record(client)
    await client.resolve('t-01')
    source.failWith(new Error('down'))
    await idle()
    expect(client.peek('t-01')).toEqual({ a: 1, b: 2 })
    expect(client.health().status).toBe('degraded')
    expect(events.stale).toHaveLength(2)
    source.failWith(undefined)
    await idle()
    expect(client.health().status).toBe('ok')
    expect(events.recovered).toHaveLength(2)
  })

  it('stands when a document does not match the schema, for who was there and for who comes', async () => {
    const source = memory({ default: { temperature: 1 } })
    const client = clientOf(source, { schema })
    const events = record(client)
    await client.resolve('t-01')
    source.publish('default', { temperature: 'hot' })
    await idle()
    expect(client.peek('t-01')).toEqual({ temperature: 1 })
    expect(await client.resolve('t-02')).toEqual({ temperature: 1 })
    expect(events.rejected).toMatchObject([
      { document: { profile: 'default' }, error: { code: 'CONFIG_INVALID' } },
    ])
    expect(events.rejected[0]?.error.message).toContain('temperature')
    expect(events.rejected[0]?.error.message).not.toContain('hot')
    expect(client.health()).toMatchObject({ status: 'degraded', documents: [{ status: 'rejected' }] })
    expect(client.inspect('t-01')).toMatchObject({
      isStale: true,
      error: { code: 'CONFIG_INVALID' },
      layers: [{ isHeldBack: true }],
    })
  })

  it('survives a row of bad documents, and ends with the next good one', async () => {
    const source = memory({ default: { temperature: 1 } })
    const client = clientOf(source, { schema })
    await client.start()
    for (const temperature of ['a', 'b', 'c']) {
      source.publish('default', { temperature })
      await idle()
    }
    expect(await client.resolve('newcomer')).toEqual({ temperature: 1 })
    source.publish('default', { temperature: 2 })
    await idle()
    expect(client.peek('newcomer')).toEqual({ temperature: 2 })
    expect(client.health().status).toBe('ok')
  })

  it('does not hold back a kill switch above a bad base', async () => {
    const source = memory({ default: { temperature: 1, search: true }, ops: {} })
    const client = clientOf(source, { schema, layers: ['default', 'ops'] })
    await client.resolve('t-01')
    source.publish('default', { temperature: 'hot' })
    await idle()
    source.publish('ops', { search: false })
    await idle()
    expect(client.peek('t-01')).toEqual({ temperature: 1, search: false })
    expect(await client.resolve('t-02')).toEqual({ temperature: 1, search: false })
  })

  it('is kept for the one tenant a new base does not fit; the others have the new one', async () => {
    const strict = z.looseObject({ max: z.number(), min: z.number() }).refine(({ max, min }) => max >= min)
    const source = memory({ default: { min: 1, max: 10 }, 'tenant-t-02': { max: 5 }, ops: {} })
    const client = clientOf(source, {
      schema: strict,
      layers: ['default', ...(TENANT_LAYERS?.slice(2) ?? []), 'ops'],
    })
    const events = record(client)
    await client.resolve('t-01')
    await client.resolve('t-02')
    source.publish('default', { min: 7, max: 10 })
    await idle()
    expect(client.peek('t-01')).toEqual({ min: 7, max: 10 })
    expect(client.peek('t-02')).toEqual({ min: 1, max: 5 })
    expect(events.rejected).toMatchObject([{ document: { profile: 'default' }, tenant: 't-02' }])
    source.publish('ops', { search: false })
    await idle()
    expect(client.peek('t-02')).toEqual({ min: 1, max: 5, search: false })
  })

  it('hurts one tenant only when that tenant’s document is bad', async () => {
    const source = memory({ default: { temperature: 1 }, 'tenant-t-01': { temperature: 2 } })
    const client = clientOf(source, { schema, layers: TENANT_LAYERS })
    await client.resolve('t-01')
    await client.resolve('t-02')
    source.publish('tenant-t-01', '{"temperature":', {})
    source.publish('default', { temperature: 3 })
    await idle()
    expect(client.peek('t-01')).toEqual({ temperature: 2 })
    expect(client.peek('t-02')).toEqual({ temperature: 3 })
    expect(client.health().documents).toContainEqual(
      expect.objectContaining({ profile: 'tenant-t-01', status: 'rejected' }),
    )
  })

  it('never keeps a switched-off flag on', async () => {
    const flags = z.looseObject({ checkout: z.object({ enabled: z.boolean(), limit: z.number() }) })
    const source = memory({ default: { checkout: { enabled: true, limit: 5 } } })
    const client = clientOf(source, { schema: flags })
    await client.start()
    source.publish('default', { checkout: { enabled: false } })
    await idle()
    expect(isEnabled(client.peek(), 'checkout')).toBe(false)
    source.publish('default', { checkout: { enabled: true } })
    await idle()
    expect(isEnabled(client.peek(), 'checkout')).toBe(false)
  })

  it('is served to a tenant that was evicted, while the source is down', async () => {
    const source = memory({ default: { a: 1 }, 'tenant-t-01': { b: 1 }, 'tenant-t-02': { b: 2 } })
    const client = clientOf(source, { layers: TENANT_LAYERS, maxTenants: 1 })
    const events = record(client)
    await client.resolve('t-01')
    await client.resolve('t-02')
    source.failWith(new Error('down'))
    await idle()
    expect(client.peek('t-01')).toBeUndefined()
    expect(await client.resolve('t-01')).toEqual({ a: 1, b: 1 })
    expect(events.failure.map(({ document }) => document.profile)).toContain('tenant-t-01')
  })

  it('is not needed by tenants that push each other out while they load', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const source = memory(
      Object.fromEntries([['default', {}], ...ids.map((id) => [`tenant-${id}`, { own: id }])]),
    )
    // Slow enough that all of them are on their way at once.
    const slow: MemorySource = {
      ...source,
      open(document, options) {
        const session = source.open(document, options)
        return {
          ...session,
          async poll(signal) {
            await idle()
            return session.poll(signal)
          },
        }
      },
    }
    const client = clientOf(slow, { layers: TENANT_LAYERS, maxTenants: 1 })
    const configs = await Promise.all(ids.map((id) => client.resolve(id)))
    expect(configs).toEqual(ids.map((own) => ({ own })))
    expect(client.health().tenantDocuments).toEqual({ ok: 1 })
  })

  it('stays of a tenant whose optional document fails rather than being absent', async () => {
    const source = memory({ default: { open: true }, 'tenant-t-01': { open: false } })
    const client = clientOf(source, { layers: TENANT_LAYERS })
    await client.resolve('t-01')
    source.failWith(new Error('down'))
    await idle()
    expect(client.peek('t-01')).toEqual({ open: false })
    await expect(client.resolve('t-02')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    source.failWith(undefined)
    source.remove('tenant-t-01')
    await idle()
    expect(client.peek('t-01')).toEqual({ open: true })
  })
})

describe('without any configuration', () => {
  it('a request is told when to come back', async () => {
    const source = memory()
    source.failWith(new Error('down'))
    const client = clientOf(source)
    await expect(client.resolve('t-01')).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      status: 503,
      headers: { 'Retry-After': expect.stringMatching(/^[1-9]\d*$/) },
      cause: { code: 'SOURCE_FAILED' },
    })
    expect(client.health().status).toBe('unavailable')
  })

  it('health is unavailable, though all documents were read, until they are valid', async () => {
    const source = memory({ default: { temperature: 'hot' } })
    const client = clientOf(source, { schema: z.looseObject({ temperature: z.number() }) })
    await expect(client.resolve()).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    expect(client.health()).toMatchObject({ status: 'unavailable', documents: [{ status: 'rejected' }] })
    source.publish('default', { temperature: 0.5 })
    await idle()
    expect(client.health().status).toBe('ok')
  })

  it('defaults are served where that was chosen, and marked', async () => {
    const source = memory()
    source.failWith(new Error('down'))
    const client = clientOf(source, { defaults: { a: 0 }, onUnavailable: 'defaults' })
    const config = await client.resolve('t-01')
    expect(config).toEqual({ a: 0 })
    expect(isFallback(config)).toBe(true)
    source.failWith(undefined)
    source.publish('default', { a: 1 })
    await idle()
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    expect(isFallback(client.peek('t-01'))).toBe(false)
  })

  it('a request waits no longer than it may', async () => {
    const clock = manualClock()
    const hanging = { name: 'hanging', open: () => ({ poll: () => new Promise<never>(() => {}) }) }
    const client = createAppConfig({
      application: 'a',
      environment: 'e',
      layers: ['p'],
      source: hanging,
      clock,
      resolveTimeoutMs: 500,
    })
    clients.push(client)
    const waiting = client.resolve('t-01')
    await idle()
    clock.advance(500)
    await expect(waiting).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
  })
})

describe('start', () => {
  it('says what does not exist', async () => {
    const client = clientOf(memory({}), { layers: ['default'] })
    await expect(client.start()).rejects.toMatchObject({
      code: 'CONFIG_UNAVAILABLE',
      message: expect.stringContaining('api/prod-01/default does not exist'),
    })
  })

  it('waits for a source that fails at first, until its deadline', async () => {
    const clock = manualClock()
    const source = memory({ default: { a: 1 } })
    source.failWith(new Error('booting'))
    const client = clientOf(source, { clock })
    const started = client.start()
    await idle()
    source.failWith(undefined)
    await started
    expect(client.peek()).toEqual({ a: 1 })

    source.failWith(new Error('down'))
    const late = clientOf(source, { clock, startTimeoutMs: 5000 })
    const outcome = expect(late.start()).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    for (let second = 0; second < 6; second++) {
      await idle()
      clock.advance(1000)
    }
    await outcome
  })

  it('does not ask the base to be valid without its tenants', async () => {
    const schema = z.looseObject({ rpm: z.number() })
    const client = clientOf(memory({ default: {}, 'tier-pro': { rpm: 1 } }), {
      schema,
      layers: TENANT_LAYERS,
    })
    const events = record(client)
    await client.start()
    expect(await client.resolve({ id: 't-01', tier: 'pro' })).toEqual({ rpm: 1 })
    await idle()
    expect(events.rejected).toEqual([])
    expect(client.health().status).toBe('ok')
  })
})

describe('a tenant that is idle', () => {
  it('moves out, its documents asleep; shared ones are kept up to date', async () => {
    const clock = manualClock()
    const source = memory({ default: { a: 1 }, 'tenant-t-01': { b: 1 } })
    const client = clientOf(source, { clock, layers: TENANT_LAYERS, idleTimeoutSeconds: 100 })
    await client.resolve('t-01')
    expect(client.health().warmTenants).toBe(1)
    clock.advance(130_000)
    expect(client.health()).toMatchObject({
      warmTenants: 0,
      tenantDocuments: {},
      documents: [{ profile: 'default' }],
    })
    expect(await client.resolve('t-01')).toEqual({ a: 1, b: 1 })
  })

  it('is kept by its requests', async () => {
    const clock = manualClock()
    const client = clientOf(memory({ default: {} }), { clock, idleTimeoutSeconds: 100 })
    await client.resolve('t-01')
    for (let i = 0; i < 5; i++) {
      clock.advance(60_000)
      expect(client.peek('t-01')).toBeDefined()
    }
  })
})

describe('close', () => {
  it('ends everything, and says so to who asks later', async () => {
    const client = clientOf(memory({ default: {} }))
    await client.resolve('t-01')
    await client.close()
    await client.close()
    expect(client.peek('t-01')).toBeUndefined()
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
  })
})

describe('events', () => {
  it('carry no values and survive a listener that throws', async () => {
    const source = memory({ default: { secret: 's3cret' } })
    const client = clientOf(source)
    client.on('change', () => {
      throw new Error('listener')
    })
    const events = record(client)
    await client.start()
    source.publish('default', { secret: 's3cret', more: 1 })
    source.publish('default', '{"secret": "s3cret" oops')
    await idle()
    expect(events.rejected).toHaveLength(1)
    expect(
      JSON.stringify(events) + JSON.stringify(client.health()) + JSON.stringify(client.inspect()),
    ).not.toContain('s3cret')
    expect(JSON.stringify(client.inspect(null, { values: true }))).toContain('s3cret')
  })

  it('stop when told to', async () => {
    const source = memory({ default: {} })
    const client = clientOf(source)
    let changes = 0
    const off = client.on('change', () => changes++)
    await client.start()
    off()
    source.publish('default', { a: 1 })
    await idle()
    expect(changes).toBe(1)
  })
})

describe('inspect', () => {
  it('says which layer each key came from', async () => {
    const source = memory({
      default: { featureA: false, limits: { rpm: 10, size: 1 }, list: [1] },
      'tier-pro': { limits: { rpm: 100 } },
      'tenant-t-01': { featureA: true },
    })
    const client = clientOf(source, { layers: TENANT_LAYERS, defaults: { extra: 1 } })
    await client.resolve({ id: 't-01', tier: 'pro' })
    expect(client.inspect({ id: 't-01', tier: 'pro' }).keys).toEqual({
      featureA: 'api/prod-01/tenant-t-01',
      'limits.rpm': 'api/prod-01/tier-pro',
      'limits.size': 'api/prod-01/default',
      list: 'api/prod-01/default',
      extra: 'defaults',
    })
    expect(client.inspect('stranger')).toMatchObject({ state: 'cold' })
  })
})

describe('after the process was frozen', () => {
  it('a request waits for the news instead of being served what is long out of date', async () => {
    const clock = manualClock()
    let polls = 0
    let answer = () => {}
    const source = {
      name: 'counting',
      open: () => ({
        poll: async () => {
          if (polls++ > 0) await new Promise<void>((resolve) => (answer = resolve))
          return {
            kind: 'content' as const,
            body: new TextEncoder().encode(`{"polls":${polls}}`),
            contentType: 'application/json',
            nextPollMs: 60_000,
          }
        },
      }),
    }
    const client = createAppConfig({ application: 'a', environment: 'e', layers: ['p'], source, clock })
    clients.push(client)
    expect(await client.resolve()).toEqual({ polls: 1 })
    clock.advance(3_600_000)
    expect(client.peek()).toBeUndefined()
    const waiting = client.resolve()
    await idle()
    answer()
    expect(await waiting).toEqual({ polls: 2 })
  })
})
