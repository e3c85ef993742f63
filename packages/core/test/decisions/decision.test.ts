/** The event `decision`: once for each request and flag, whoever asks however often. */
import { createHash, createHmac } from 'node:crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { attachConfig, isEnabledFor, isSeenOn, readVariantHandlers } from '../../src/adapter.ts'
import { WATCH } from '../../src/client/app-config-client.ts'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  type FlagDecision,
  isEnabled,
  layer,
  memory,
  publicConfig,
  signOverride,
  type Tenant,
  variantOf,
  versionOf,
  withConfig,
} from '../../src/index.ts'
import { currentConfig } from '../../src/requests/async-context.ts'
import { configureRequests } from '../../src/requests/request-config.ts'
import type { Seen } from '../../src/views/seen.ts'

const RULES = {
  _variants: [
    { name: 'gold', enabled: true, rule: '(eq $tier "gold")', attributeValues: { secret: 's3cret' } },
    { name: 'half', enabled: true, rule: '(split pct::100 by::$user)' },
    { name: 'off', enabled: false },
  ],
}
const DOCUMENT = {
  featureA: true,
  search: { enabled: true, page: 20 },
  closed: { enabled: false },
  checkout: RULES,
  single: { _variants: [{ name: 'only', enabled: true }] },
  limit: 5,
}

const clients: AppConfigClient[] = []
const stops: (() => void)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0)) stop()
  for (const client of clients.splice(0)) await client.close()
})

/** Until the test is over: how many listen counts for all clients of the process. */
function listen(client: AppConfigClient, listener: (decision: FlagDecision) => unknown): () => void {
  const stop = client.on('decision', listener)
  stops.push(stop)
  return stop
}

function clientOf(options: Partial<AppConfigOptions<undefined>> = {}): AppConfigClient {
  const client = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: DOCUMENT }),
    logger: false,
    ...options,
  })
  clients.push(client)
  return client
}

interface TestRequest {
  readonly headers: Record<string, string>
  config?: object
}

/** An API whose requests say who they are; its decisions are recorded. */
async function api(options: Partial<AppConfigOptions<undefined>> = {}, tenant: Tenant | null = GOLD) {
  const client = clientOf(options)
  await client.resolve(tenant)
  const told: FlagDecision[] = []
  const stop = listen(client, (decision) => told.push(decision))
  const { configFor } = configureRequests<TestRequest, undefined>({
    client,
    tenant: () => tenant,
    context: () => ({ user: 'u' }),
  })
  return {
    client,
    told,
    stop,
    ask(
      headers: TestRequest['headers'] = {},
    ): TestRequest & { readonly config: object; readonly seen: Seen } {
      const request: TestRequest = { headers }
      const seen = configFor(request)
      if (seen === undefined || seen instanceof Promise) throw new Error('cold')
      attachConfig(request, seen)
      return Object.assign(request, { seen }) as never
    },
  }
}

const GOLD = { id: 'tenant-01', tier: 'gold' }
const HASH = createHash('sha256').update('tenant-01').digest('hex')

describe('a decision', () => {
  it('is told once for each request and flag, whoever asks', async () => {
    const { ask, told } = await api()
    const request = ask()

    isEnabledFor(request, 'checkout', 'a gate')
    isSeenOn(request.seen, 'checkout')
    isEnabled(request.config, 'checkout' as never)
    variantOf(request.config, 'checkout' as never)
    readVariantHandlers('checkout', { gold: () => {} }, (handlers) => handlers)(request)
    withConfig(request.config, () => isEnabled(currentConfig(), 'checkout' as never))
    isEnabled(request.config, 'featureA' as never)

    expect(told).toEqual([
      {
        flag: 'checkout',
        enabled: true,
        variant: 'gold',
        reason: 'targeting_match',
        layer: 'default',
        document: { application: 'api', environment: 'prod', profile: 'default' },
        version: versionOf(request.config)[0]?.revision,
        tenant: HASH,
      },
      expect.objectContaining({ flag: 'featureA', enabled: true, variant: undefined, reason: 'static' }),
    ])
  })

  it.each([
    ['isEnabledFor', (request: TestRequest) => isEnabledFor(request, 'checkout', 'a gate')],
    ['isEnabled', (request: TestRequest) => isEnabled(request.config, 'checkout' as never)],
    ['variantOf', (request: TestRequest) => variantOf(request.config, 'checkout' as never)],
    [
      'flagged.variants',
      readVariantHandlers('checkout', { gold: () => {} }, (handlers) => handlers) as (
        request: object,
      ) => void,
    ],
  ])('is told by %s alone', async (_, look) => {
    const { ask, told } = await api()

    look(ask())
    look(ask())

    expect(told.map(({ flag }) => flag)).toEqual(['checkout', 'checkout'])
  })

  it('is told of requests that share a snapshot, each for itself', async () => {
    const { ask, told } = await api({ source: memory({ default: { featureA: true } }) })

    const [first, second] = [ask(), ask()]
    for (const { config } of [first, second, first]) isEnabled(config, 'featureA' as never)

    expect(told).toHaveLength(2)
    expect(first.config).toEqual(second.config)
  })

  it('is told of each configuration that resolve() and peek() give', async () => {
    const { client, told } = await api()
    const configs = [await client.resolve(GOLD), client.peek('tenant-02'), client.peek(GOLD)]
    const known = configs.filter((config) => config !== undefined)

    for (const config of [...known, ...known]) isEnabled(config, 'featureA' as never)

    expect(known).toHaveLength(2)
    expect(told).toHaveLength(2)
  })

  it('is told of what resolve() gave, where it becomes that of a request', async () => {
    const { client } = await api()
    const config = (await client.resolve(GOLD)) as object

    expect(client[WATCH]?.(config as never, 'tenant-01')).toBe(config)
  })

  it('is not told of what reads a key itself, or hands it to a browser', async () => {
    const { ask, told } = await api()
    const { config } = ask()

    void (config as { featureA: boolean }).featureA
    publicConfig(config as { featureA: boolean }, ['featureA'])
    JSON.stringify(config)

    expect(told).toEqual([])
  })

  it.each([
    ['featureA', 'static', true, undefined],
    ['search', 'static', true, undefined],
    ['closed', 'disabled', false, undefined],
    ['checkout', 'targeting_match', true, 'gold'],
    ['single', 'static', true, 'only'],
    ['limit', 'static', undefined, undefined],
    ['missing', 'error', undefined, undefined],
  ])('says of %s why', async (flag, reason, enabled, variant) => {
    const { ask, told } = await api()

    isEnabled(ask().config, flag as never)

    expect(told).toEqual([expect.objectContaining({ flag, reason, enabled, variant })])
  })

  it('says that a percentage has chosen, or that no rule held', async () => {
    const split = await api({}, { id: 'tenant-02' })
    isEnabledFor(split.ask(), 'checkout', 'a gate')
    const off = await api(
      { source: memory({ default: { checkout: { _variants: [RULES._variants[0], RULES._variants[2]] } } }) },
      { id: 'tenant-02' },
    )
    isEnabledFor(off.ask(), 'checkout', 'a gate')

    expect([...split.told, ...off.told].map(({ reason, variant }) => [reason, variant])).toEqual([
      ['split', 'half'],
      ['default', 'off'],
    ])
  })

  it('names the layer that won and its version', async () => {
    const { ask, told } = await api({
      layers: ['default', (tenant) => `tier-${tenant.tier}`],
      source: memory({ default: DOCUMENT, 'tier-gold': { featureA: false } }),
    })
    const { config } = ask()

    isEnabled(config, 'featureA' as never)
    isEnabled(config, 'search' as never)

    const [byDefault, byTier] = versionOf(config)
    expect(told.map(({ layer: name, version }) => [name, version])).toEqual([
      ['tier-gold', byTier?.revision],
      ['default', byDefault?.revision],
    ])
  })

  it('says that defaults stand in, or that a tester’s override does', async () => {
    const key = 'k'.repeat(32)
    const { ask, told } = await api({
      defaults: { featureB: true },
      source: memory({ default: { ...DOCUMENT, other: RULES } }),
      overrides: { keys: key, flags: ['featureA', 'checkout'] },
    })
    const override = signOverride({
      key,
      tenant: 'tenant-01',
      flags: { featureA: false, checkout: 'half' },
      validForSeconds: 60,
    })
    const { config } = ask({ 'x-appconfig-override': override })

    for (const flag of ['featureA', 'checkout', 'other', 'featureB']) isEnabled(config, flag as never)

    expect(
      told.map(({ flag, reason, layer: name, enabled, variant }) => [flag, reason, name, enabled, variant]),
    ).toEqual([
      ['featureA', 'targeting_match', 'override', false, undefined],
      ['checkout', 'targeting_match', 'override', true, 'half'],
      ['other', 'targeting_match', 'default', true, 'gold'],
      ['featureB', 'static', 'defaults', true, undefined],
    ])
  })

  it('says default of `defaults` in place of a configuration', async () => {
    const client = clientOf({
      source: memory({}),
      defaults: { featureA: true },
      onUnavailable: 'defaults',
      resolveTimeoutMs: 1,
    })
    const told: FlagDecision[] = []
    listen(client, (decision) => told.push(decision))

    isEnabled(await client.resolve(null), 'featureA' as never)

    expect(told).toEqual([
      expect.objectContaining({ reason: 'default', layer: 'defaults', enabled: true, tenant: undefined }),
    ])
  })

  it('says stale while an old content is served', async () => {
    const source = memory({ default: DOCUMENT })
    const { client, ask, told } = await api({ source })
    const stale = new Promise((resolve) => client.on('stale', resolve))
    source.failWith(new Error('down'))
    await stale

    isEnabledFor(ask(), 'featureA', 'a gate')

    expect(told).toEqual([expect.objectContaining({ reason: 'stale', enabled: true })])
  })
})

describe('the tenant of a decision', () => {
  it('is hashed with a key, where there is one', async () => {
    const key = 'k'.repeat(32)
    const { ask, told } = await api({ telemetry: { decisions: { key } } })

    isEnabledFor(ask(), 'featureA', 'a gate')

    expect(told[0]?.tenant).toBe(createHmac('sha256', key).update('tenant-01').digest('hex'))
  })

  const own: Partial<AppConfigOptions<undefined>> = {
    environment: (tenant) => `prod-${tenant.id}`,
    layers: [layer('ops', { environment: 'ops' }), ({ id }) => `tenant-${id}`, 'default'],
    source: memory({
      ops: { a: true },
      'tenant-tenant-01': { b: true },
      default: { c: true },
    }),
  }

  it('is in no name of a document that is computed from its id', async () => {
    const { ask, told } = await api(own)
    const { config } = ask()

    for (const flag of ['a', 'b', 'c']) isEnabled(config, flag as never)

    expect(told.map(({ document }) => Object.values(document ?? {}).join('/'))).toEqual([
      'api/ops/ops',
      'api/prod-{id}/tenant-{id}',
      'api/prod-{id}/default',
    ])
    expect(JSON.stringify(told)).not.toContain('tenant-01')
  })

  it('is in no name that is computed from something else only it has', async () => {
    const { ask, told } = await api({
      layers: [({ id }) => (id === 'tenant-01' ? 'customer-acme' : 'others')],
      source: memory({ 'customer-acme': { a: true } }),
    })

    isEnabledFor(ask(), 'a', 'a gate')

    expect(told[0]).toMatchObject({ layer: '{tenant}', document: { profile: '{tenant}' } })
  })

  it('is its id where the option says plain', async () => {
    const { ask, told } = await api({ ...own, telemetry: { decisions: { tenant: 'plain' } } })

    isEnabledFor(ask(), 'b', 'a gate')

    expect(told[0]).toMatchObject({ tenant: 'tenant-01', layer: 'tenant-tenant-01' })
  })
})

describe('values', () => {
  it('are told where the option asks for them, and nowhere else', async () => {
    const quiet = await api()
    isEnabledFor(quiet.ask(), 'checkout', 'a gate')
    const open = await api({ telemetry: { decisions: { values: true } } })
    isEnabledFor(open.ask(), 'checkout', 'a gate')

    expect(JSON.stringify(quiet.told)).not.toContain('s3cret')
    expect(open.told[0]?.value).toEqual({ secret: 's3cret', _variant: 'gold', enabled: true })
  })
})

describe('a listener', () => {
  it('throws into no request, at once or later', async () => {
    const { client, ask, told } = await api()
    listen(client, () => {
      throw new Error('a listener’s')
    })
    listen(client, async () => {
      throw new Error('an asynchronous listener’s')
    })
    const rejections = vi.fn()
    process.on('unhandledRejection', rejections)

    expect(isEnabledFor(ask(), 'featureA', 'a gate')).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', rejections)

    expect(rejections).not.toHaveBeenCalled()
    expect(told).toHaveLength(1)
  })

  it('may ask for flags itself, which are not told', async () => {
    const { client, ask, told } = await api()
    listen(client, () => void isEnabled(client.peek(GOLD), 'search' as never))

    isEnabledFor(ask(), 'featureA', 'a gate')

    expect(told.map(({ flag }) => flag)).toEqual(['featureA'])
  })

  it('gets no name of a stranger’s at full length, and no more than a thousand a request', async () => {
    const { ask, told } = await api()
    const { config } = ask()

    isEnabled(config, 'x'.repeat(1_000_000) as never)
    for (let at = 0; at < 2000; at++) isEnabled(config, `name-${at}` as never)

    expect(told).toHaveLength(1000)
    expect(told[0]?.flag).toHaveLength(128)
  })
})

describe('while nobody listens', () => {
  it('requests share one object, as they do without the event', async () => {
    const { client, ask, stop, told } = await api({ source: memory({ default: { featureA: true } }) })
    const listenedTo = ask()
    stop()
    stop()

    const [first, second] = [ask(), ask()]
    isEnabled(listenedTo.config, 'featureA' as never)
    isEnabled(first.config, 'featureA' as never)

    expect(first.config).toBe(second.config)
    expect(first.config).toBe(client.peek(GOLD))
    expect(listenedTo.config).not.toBe(first.config)
    expect(told).toEqual([])
  })

  it('a listener that is removed twice was one', async () => {
    const first = await api()
    const second = await api()
    first.stop()
    first.stop()

    isEnabledFor(second.ask(), 'featureA', 'a gate')

    expect(second.told).toHaveLength(1)
  })

  it('a listener of another client changes nothing here', async () => {
    const listened = await api()
    const client = clientOf()
    await client.resolve(GOLD)
    const config = client.peek(GOLD)

    isEnabled(config, 'featureA' as never)

    expect(client.peek(GOLD)).toBe(config)
    expect(client[WATCH]?.(config as never, 'tenant-01')).toBe(config)
    expect(listened.told).toEqual([])
  })
})
