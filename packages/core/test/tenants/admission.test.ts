/** Who is warm, who is known, and what a stranger can cost. */
import { afterEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  layer,
  memory,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import type { Source } from '../../src/sources/source.ts'
import type { Tenant } from '../../src/tenants/tenant.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

function clientOf(source: Source, options: Partial<AppConfigOptions>): AppConfigClient {
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    clock: manualClock(),
    ...(options as AppConfigOptions<undefined>),
    source,
  })
  clients.push(client)
  return client
}

/** What became of a request, in a word. */
const outcome = (client: AppConfigClient, tenant: Tenant | string) =>
  client.resolve(tenant).then(
    () => 'served',
    (error) => error.code as string,
  )

/** A source that counts what it is asked, by profile, and can be held up. */
function counted(documents: Parameters<typeof memory>[0]) {
  const inner = memory(documents)
  const calls = new Map<string, number>()
  let gate: Promise<void> | undefined
  let open = (): void => {}
  const source: Source = {
    name: 'counted',
    open(document, options) {
      const session = inner.open(document, options)
      return {
        ...session,
        async poll(signal) {
          calls.set(document.profile, (calls.get(document.profile) ?? 0) + 1)
          if (document.profile.startsWith('slow')) await gate
          return session.poll(signal)
        },
      }
    },
  }
  return {
    source,
    inner,
    calls,
    holdUp: () => {
      gate = new Promise((resolve) => {
        open = resolve
      })
    },
    goOn: () => open(),
  }
}

describe('a tenant is all it is', () => {
  const layers: AppConfigOptions['layers'] = ['default', (t) => layer(`tenant-${t.id}`, { optional: true })]

  it('the same id with two attributes, or in two cells, stays warm in both', async () => {
    const asked: Tenant[] = []
    const client = clientOf(memory({ default: { a: 1 } }), {
      layers,
      isKnownTenant: (tenant) => asked.push(tenant) > 0,
    })
    const faces: Tenant[] = [
      { id: 'acme', attributes: { plan: 'x' } },
      { id: 'acme', attributes: { plan: 'y' } },
      { id: 'acme', cell: 'prod-01' },
      { id: 'acme', cell: 'prod-02', tier: 'pro' },
    ]
    for (const face of faces) await client.resolve(face)
    for (let round = 0; round < 3; round++) for (const face of faces) expect(client.peek(face)).toBeDefined()
    expect(asked).toHaveLength(faces.length)
    expect(client.health().warmTenants).toBe(faces.length)
  })

  it('what one id may have warm is bounded', async () => {
    const client = clientOf(memory({ default: { a: 1 } }), { layers })
    for (let i = 0; i < 200; i++) await client.resolve({ id: 'acme', attributes: { n: i } })
    expect(client.health().warmTenants).toBe(16)
    expect(client.peek({ id: 'acme', attributes: { n: 199 } })).toBeDefined()
    expect(client.peek({ id: 'acme', attributes: { n: 0 } })).toBeUndefined()
  })

  it('an id that is the text of nothing is refused', async () => {
    const client = clientOf(memory({ default: {} }), {})
    for (const id of ['undefined', 'null', 'NaN']) expect(await outcome(client, id)).toBe('TENANT_ID_INVALID')
  })
})

describe('a document named by tier, cell or attributes', () => {
  it('idles, and is not asked for any more than a tenant’s own', async () => {
    const clock = manualClock()
    const documents = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`org-${i}`, { i }]))
    const client = clientOf(memory({ default: {}, ...documents }), {
      clock,
      layers: ['default', (t) => `org-${t.attributes?.['org']}`],
      maxTenants: 10,
      idleTimeoutSeconds: 100,
    })
    for (let i = 0; i < 50; i++) await client.resolve({ id: `u${i}`, attributes: { org: i } })
    expect(client.health().tenantDocuments).toEqual({ ok: 10 })
    clock.advance(200_000)
    expect(client.health()).toMatchObject({ warmTenants: 0, tenantDocuments: {} })
  })

  it('that does not exist makes its tenant unknown, and health says so', async () => {
    const source = memory({ default: {}, 'tier-pro': {} })
    const client = clientOf(source, { layers: ['default', (t) => `tier-${t.tier}`] })
    await client.resolve({ id: 't-1', tier: 'pro' })
    expect(client.health().status).toBe('ok')
    expect(await outcome(client, { id: 't-2', tier: 'gold' })).toBe('TENANT_UNKNOWN')
    expect(client.health()).toMatchObject({
      status: 'degraded',
      documents: [{ profile: 'default' }, { profile: 'tier-gold', status: 'absent' }],
    })
    source.publish('tier-gold', {})
    expect(await outcome(client, { id: 't-3', tier: 'gold' })).toBe('served')
    expect(client.health().status).toBe('ok')
  })

  it('of a stranger is no defect', async () => {
    const client = clientOf(memory({ default: {} }), { layers: ['default', (t) => `tenant-${t.id}`] })
    await client.start()
    expect(await outcome(client, 'stranger')).toBe('TENANT_UNKNOWN')
    expect(client.health().status).toBe('ok')
  })
})

describe('the budget for new tenants', () => {
  it('is for what must be asked for: tenants of documents in memory are all served', async () => {
    const { source, calls } = counted({
      default: { a: 1 },
      'tier-pro': { b: 1 },
      sections: { 't-1': { c: 1 } },
    })
    const client = clientOf(source, {
      layers: [
        'default',
        (t) => `tier-${t.tier}`,
        layer('sections', { section: (t) => t.id, optional: true }),
      ],
      maxNewTenantsPerSecond: 1,
    })
    await client.start()
    const all = Array.from({ length: 300 }, (_, i) => outcome(client, { id: `t-${i}`, tier: 'pro' }))
    expect(new Set(await Promise.all(all))).toEqual(new Set(['served']))
    expect(Object.fromEntries(calls)).toEqual({ default: 1, sections: 1, 'tier-pro': 1 })
  })

  it('turns strangers away whose documents must be asked for; not a tenant that exists and was evicted', async () => {
    const clock = manualClock()
    const client = clientOf(memory({ default: {}, 'tenant-real': { own: true } }), {
      clock,
      layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })],
      maxNewTenantsPerSecond: 2,
      maxTenants: 1,
    })
    await client.resolve('real')
    expect(await outcome(client, 'x-1')).toBe('served')
    expect(await outcome(client, 'x-2')).toBe('TENANT_BUDGET_EXCEEDED')
    await expect(client.resolve('x-3')).rejects.toMatchObject({
      status: 503,
      headers: { 'Retry-After': '1' },
    })
    expect(client.peek('real')).toBeUndefined()
    expect(await client.resolve('real')).toEqual({ own: true })
    clock.advance(1000)
    expect(await outcome(client, 'x-4')).toBe('served')
  })

  it('does not hold up those whom isKnownTenant knows', async () => {
    const real = new Set(Array.from({ length: 50 }, (_, i) => `real-${i}`))
    const client = clientOf(memory({ default: {} }), {
      layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })],
      maxNewTenantsPerSecond: 1,
      isKnownTenant: ({ id }) => real.has(id),
    })
    const strangers = await Promise.all(Array.from({ length: 200 }, (_, i) => outcome(client, `x-${i}`)))
    expect(new Set(strangers)).toEqual(new Set(['TENANT_UNKNOWN']))
    const known = await Promise.all([...real].map((id) => outcome(client, id)))
    expect(new Set(known)).toEqual(new Set(['served']))
  })

  it('never makes strangers push a tenant that exists out of memory', async () => {
    const clock = manualClock()
    const client = clientOf(memory({ default: {}, 'tenant-real': { own: true } }), {
      clock,
      layers: ['default', (t) => layer(`tenant-${t.id}`, { optional: true })],
      maxNewTenantsPerSecond: 10,
      maxRequestsPerSecond: 1000,
      maxTenants: 2,
    })
    await client.resolve('real')
    for (let i = 0; i < 100; i++) {
      clock.advance(100)
      expect(await outcome(client, `x-${i}`)).toBe('served')
    }
    while ((await outcome(client, `y-${Math.random()}`)) === 'served');
    expect(await outcome(client, 'real')).toBe('served')
  })
})

describe('slow strangers', () => {
  it('leave half of the places to known tenants', async () => {
    const names = Array.from({ length: 30 }, (_, i) => [`slow-${i}`, {}])
    const { source, calls, holdUp, goOn } = counted({ default: {}, real: {}, ...Object.fromEntries(names) })
    const client = clientOf(source, {
      layers: ['default', (t) => (t.id === 'real' ? 'real-0001' : `slow-${t.id}`)],
      maxTenants: 100,
    })
    await client.start()
    holdUp()
    const strangers = Array.from({ length: 24 }, (_, i) => outcome(client, String(i)))
    await new Promise(setImmediate)
    const slow = () => [...calls.keys()].filter((name) => name.startsWith('slow')).length
    expect(slow()).toBe(10)
    goOn()
    await Promise.all(strangers)
    expect(slow()).toBe(24)
  })

  it('hold up no document of a tenant that was served: it is known from then on', async () => {
    const clock = manualClock()
    const names = Array.from({ length: 24 }, (_, i) => [`slow-${i}`, {}])
    const { source, calls, holdUp, goOn } = counted({
      default: {},
      'real-0001': {},
      ...Object.fromEntries(names),
    })
    const client = clientOf(source, {
      clock,
      layers: ['default', (t) => (t.id === 'real' ? 'real-0001' : `slow-${t.id}`)],
      idleTimeoutSeconds: 86_400,
    })
    await client.resolve('real')
    holdUp()
    const strangers = Array.from({ length: 24 }, (_, i) => outcome(client, String(i)))
    await new Promise(setImmediate)
    expect(calls.get('real-0001')).toBe(1)
    // The memory source wants to be asked again in an hour.
    clock.advance(4_000_000)
    await new Promise(setImmediate)
    expect(calls.get('real-0001')).toBe(2)
    goOn()
    await Promise.all(strangers)
  })
})

describe('a tenant of whom isKnownTenant can’t say whether it exists', () => {
  it.each([
    ['that fails', () => Promise.reject(new Error('database'))],
    ['that answers neither', () => 'yes' as never],
  ])('is not served defaults either: one %s', async (_, isKnownTenant) => {
    const source = memory()
    source.failWith(new Error('down'))
    const client = clientOf(source, {
      logger: false,
      defaults: { a: 0 },
      onUnavailable: 'defaults',
      isKnownTenant,
    })
    await expect(client.resolve('t-1')).rejects.toMatchObject({ code: 'RESOLVER_FAILED', status: 503 })
    expect(await client.resolve()).toEqual({ a: 0 })
  })
})
