/** Variants through the data plane, their rules read from the control plane by version label. */
import { type Clock, createAppConfig, direct, isEnabled, layer, variantOf } from '@appconfig-kit/core'
import type { DeployInput, Fault } from '@appconfig-kit/local'
import { AppConfigClient as ControlPlane } from '@aws-sdk/client-appconfig'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  APPLICATION,
  ENVIRONMENT,
  polled,
  record,
  sdkClient,
  startWorld,
  until,
  type World,
} from '../src/world.ts'

const LIST = 'ListHostedConfigurationVersions'
const GET = 'GetHostedConfigurationVersion'
/** Longer than the spread and all retries of it. */
const LONG_SECONDS = 600

const GOLD = { id: 't-01', tier: 'gold' }
const FREE = { id: 't-02', tier: 'free' }

/** A flag that tier gold has; `limit` tells versions apart. */
const checkout = (limit: number, rule = '(eq $tier "gold")') => ({
  version: '1',
  flags: {
    checkout: { name: 'Checkout', attributes: { limit: { constraints: { type: 'number' } } } },
    search: { name: 'Search' },
  },
  values: {
    checkout: {
      _variants: [
        { name: 'oneClick', enabled: true, rule, attributeValues: { limit } },
        { name: 'control', enabled: false },
      ],
    },
    search: { enabled: true },
  },
})

let world: World
let data: ReturnType<typeof sdkClient>
let control: ControlPlane
const clients: { close(): Promise<void> }[] = []

beforeEach(async () => {
  world = await startWorld()
  data = sdkClient(world.local.url)
  control = new ControlPlane({
    endpoint: world.local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  data.destroy()
  control.destroy()
  await world.close()
})

function clientOf(
  options: Partial<Parameters<typeof direct>[0]> = {},
  pollIntervalSeconds = 60,
  { clock = world.clock }: { readonly clock?: Clock } = {},
) {
  const source = direct({
    client: data,
    controlPlaneClient: control,
    variants: 'by-version-label',
    ...options,
  })
  const client = createAppConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: [layer('flags', { pollIntervalSeconds })],
    source,
    clock,
  })
  clients.push(client)
  return client
}

function deploy(content: DeployInput['content'], versionLabel?: string, more: Partial<DeployInput> = {}) {
  return world.deploy('flags', content, { profileType: 'AWS.AppConfig.FeatureFlags', versionLabel, ...more })
}

/** Lets time pass a second at a time, each at the pace of the I/O it sets off. */
async function pass(seconds: number): Promise<void> {
  for (let second = 0; second < seconds; second++) {
    world.clock.advance(1000)
    await new Promise((resolve) => setImmediate(resolve))
    await until(() => world.local.calls.every(({ status }) => status !== undefined))
  }
}
async function passUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await pass(1)
}

const count = (operation: string) => world.local.calls.of(operation).length
type Client = ReturnType<typeof clientOf>
const seen = (client: Client, tenant: typeof GOLD) => ({
  variant: variantOf(client.peek(tenant), 'checkout'),
  limit: (client.peek(tenant) as { checkout?: { limit?: number } } | undefined)?.checkout?.limit,
})
const variants = (client: Client) => client.inspect(GOLD).layers[0]?.variants

async function warmed(client: Client): Promise<Client> {
  for (const tenant of [GOLD, FREE]) await client.resolve(tenant)
  return client
}

describe('rules read by version label', () => {
  it('choose variants; each label costs one list and one get', async () => {
    await deploy(checkout(1), 'v1')
    const client = await warmed(clientOf())
    expect(seen(client, GOLD).variant).toBe('control')
    expect(variants(client)).toBe('default-only')

    await passUntil(() => variants(client) === 'evaluated')
    expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 1 })
    expect(seen(client, FREE)).toEqual({ variant: 'control', limit: undefined })
    expect(isEnabled(client.peek(GOLD), 'search')).toBe(true)

    await deploy(checkout(2), 'v2')
    await passUntil(() => seen(client, GOLD).limit === 2)
    await pass(LONG_SECONDS)
    expect([count(LIST), count(GET)]).toEqual([2, 2])
    // Nothing was asked for before it was due.
    expect(world.local.calls.filter(({ status = 0 }) => status >= 400)).toEqual([])
    // The names of application and profile are looked up once.
    expect([count('ListApplications'), count('ListConfigurationProfiles')]).toEqual([1, 1])
    expect(world.local.calls.of(LIST).map(({ rawQuery }) => rawQuery)).toEqual([
      expect.stringContaining('version_label=v1'),
      expect.stringContaining('version_label=v2'),
    ])
  })

  it('never let anybody fall to a default while a deployment grows, or is taken back', async () => {
    await deploy(checkout(1), 'v1')
    const client = await warmed(clientOf())
    await passUntil(() => variants(client) === 'evaluated')
    const limits = new Set<number | undefined>()
    const look = async () => {
      await pass(1)
      expect(seen(client, GOLD).variant).toBe('oneClick')
      limits.add(seen(client, GOLD).limit)
    }
    const strategy = 'AppConfig.Linear50PercentEvery30Seconds'
    await deploy(checkout(2), 'v2', { strategy })
    for (let second = 0; second < 400; second++) await look()
    expect([...limits]).toEqual([1, 2])

    // What was deployed before is known: back and forth without a question, at the next poll.
    world.local.calls.clear()
    for (const limit of [1, 2, 1, 2]) {
      await deploy(checkout(limit), `v${limit}`)
      const beganMs = world.clock.now()
      while (seen(client, GOLD).limit !== limit) await look()
      expect(world.clock.now() - beganMs).toBeLessThan(90_000)
    }
    expect([count(LIST), count(GET)]).toEqual([0, 0])
  })

  it('are asked for by a fleet over minutes, not at once', async () => {
    await deploy(checkout(1), 'v1')
    const fleet = await Promise.all(Array.from({ length: 20 }, () => warmed(clientOf())))
    await passUntil(() => fleet.every((client) => variants(client) === 'evaluated'))
    const times = world.local.calls.of(LIST).map(({ atMs }) => atMs)
    expect(times).toHaveLength(20)
    // Twenty of them, anywhere in two minutes: all within half a minute is less likely than 1 in 10^9.
    expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(30_000)
    // While the machine is busy, time passes here between being due and asking.
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(150_000)
  })

  it('of a version that a newer one has overtaken are not waited for', async () => {
    await deploy(checkout(1), 'v1')
    const fleet = await Promise.all(Array.from({ length: 8 }, () => warmed(clientOf({}, 15))))
    await passUntil(() => fleet.every((client) => variants(client) === 'evaluated'))
    await deploy(checkout(2), 'v2')
    await pass(17)
    const off = { version: '1', flags: {}, values: { checkout: { enabled: false } } }
    await deploy(off, 'v3')
    const isOff = (client: Client) => variants(client) === 'none'
    await passUntil(() => fleet.every(isOff))
    for (let second = 0; second < 200; second++) {
      await pass(1)
      expect(fleet.every(isOff)).toBe(true)
    }
    expect(fleet[0]?.peek(GOLD)).toEqual({ checkout: { enabled: false } })
  })

  it('are waited for at the start where there is no spread: nobody sees a default first', async () => {
    await deploy(checkout(1), 'v1')
    const client = clientOf({ variantsSpreadSeconds: 0 })
    const events = record(client)
    await warmed(client)
    expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 1 })
    await pass(LONG_SECONDS)
    expect([count(LIST), count(GET), events.change.length]).toEqual([1, 1, 1])
    expect(world.local.calls.filter(({ status = 0 }) => status >= 400)).toEqual([])
  })

  it('that can’t be had are not waited for longer than for one answer', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: LIST, status: 429, times: 1 })
    const client = await warmed(clientOf({ variantsSpreadSeconds: 0 }))
    expect([seen(client, GOLD).variant, count(LIST)]).toEqual(['control', 1])
    await pass(LONG_SECONDS)
    expect(count(LIST)).toBe(1)
  })

  it('stay when a session is opened anew', async () => {
    await deploy(checkout(1), 'v1')
    const client = await warmed(clientOf())
    await passUntil(() => variants(client) === 'evaluated')
    const events = record(client)
    world.local.calls.clear()
    world.clock.advance(24 * 3_600_000)
    await polled(client, world)
    await until(() => count('StartConfigurationSession') === 1)
    await polled(client, world)
    expect(await client.resolve(GOLD)).toMatchObject({ checkout: { _variant: 'oneClick', limit: 1 } })
    expect([count(LIST), events.change.length]).toEqual([0, 0])
  })

  it('are each profile’s own, though the names are long and differ only at their end', async () => {
    const name = (tenant: string) =>
      `eu-central-1-production-customer-facing-api-overrides-for-enterprise-tenant-${tenant}`
    for (const [tenant, rule] of [
      ['acme', '(eq $tier "gold")'],
      ['globex', '(eq $tier "never")'],
    ] as const) {
      await world.deploy(name(tenant), checkout(1, rule), {
        profileType: 'AWS.AppConfig.FeatureFlags',
        versionLabel: 'v1',
      })
    }
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: [(t) => name(t.id)],
      source: direct({
        client: data,
        controlPlaneClient: control,
        variants: 'by-version-label',
        variantsSpreadSeconds: 0,
      }),
      clock: world.clock,
    })
    clients.push(client)
    const variantFor = async (id: string) => variantOf(await client.resolve({ id, tier: 'gold' }), 'checkout')
    expect([await variantFor('acme'), await variantFor('globex')]).toEqual(['oneClick', 'control'])
  })

  it('are not asked for where nothing is withheld', async () => {
    await deploy({ version: '1', flags: { a: { name: 'A' } }, values: { a: { enabled: true } } }, 'v1')
    const client = await warmed(clientOf())
    await pass(LONG_SECONDS)
    expect([count(LIST), variants(client)]).toEqual([0, 'none'])
  })
})

describe('flag by flag', () => {
  const DEFAULT = { _variant: 'control', enabled: false }
  const EXPERIMENT = { _variant: '__default__', enabled: false }
  const served = (flags: object) => ({ operation: 'GetLatestConfiguration', body: JSON.stringify(flags) })
  const gold = (client: Client, flag: string) => variantOf(client.peek(GOLD), flag)
  /** A version with two flags with variants and one without. */
  const two = (rule?: string) => {
    const document = checkout(1, rule)
    const { checkout: banner } = checkout(1).values
    return { ...document, values: { ...document.values, banner } }
  }

  it('the others keep their rules while one is under experiment, which is told once', async () => {
    await deploy(two(), 'v1')
    const client = await warmed(clientOf())
    const events = record(client)
    await passUntil(() => variants(client) === 'evaluated')
    const all = { checkout: DEFAULT, banner: DEFAULT, search: { enabled: true } }
    const endOfOne = world.local.faults.add(served({ ...all, checkout: EXPERIMENT }))
    await passUntil(() => gold(client, 'checkout') === '__default__')
    await pass(LONG_SECONDS)
    expect([gold(client, 'banner'), variants(client)]).toEqual(['oneClick', 'partly-evaluated'])
    expect(events.failure).toMatchObject([{ error: { code: 'VARIANTS_UNAVAILABLE' } }])
    expect(events.failure[0]?.error.message).toMatch(/version "v1" .*"checkout": under experiment/)

    // A basic flag comes under experiment as well: another state of affairs, told again.
    endOfOne()
    const endOfTwo = world.local.faults.add(served({ ...all, checkout: EXPERIMENT, search: EXPERIMENT }))
    await passUntil(() => gold(client, 'search') === '__default__')
    expect(gold(client, 'banner')).toBe('oneClick')
    expect(events.failure[1]?.error.message).toMatch(/"checkout", "search": under experiment/)

    endOfTwo()
    world.local.faults.add(served(all))
    await passUntil(() => variants(client) === 'evaluated')
    expect([gold(client, 'checkout'), gold(client, 'banner')]).toEqual(['oneClick', 'oneClick'])
    // One version, whatever was laid over it: read once.
    expect([count(LIST), count(GET), events.failure.length]).toEqual([1, 1, 2])
  })

  it('nobody is asked where all that is withheld is under experiment', async () => {
    await deploy(two(), 'v1')
    world.local.faults.add(served({ checkout: EXPERIMENT, search: { enabled: true } }))
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([count(LIST), variants(client), events.failure.length]).toEqual([0, 'default-only', 1])
  })

  it.each<[string, object, RegExp]>([
    ['has a rule that can’t be read', two('(eq $tier)'), /"checkout": its rules can't be used/],
    [
      'is another than what is served',
      { ...two(), values: { ...two().values, checkout: { enabled: true } } },
      /"checkout": .*not what is served/,
    ],
    [
      'is not in the hosted version',
      { ...two(), values: { ...two().values, checkout: undefined } },
      /"checkout": the hosted version has no such flag/,
    ],
  ])('the others have their rules though one %s', async (_, hosted, says) => {
    await deploy(two(), 'v1')
    world.local.faults.add({ operation: GET, body: JSON.stringify(hosted) })
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await passUntil(() => variants(client) === 'partly-evaluated')
    expect([gold(client, 'checkout'), gold(client, 'banner')]).toEqual(['control', 'oneClick'])
    expect(events.failure.map(({ error }) => error.message)).toEqual([expect.stringMatching(says)])
  })
})

describe('without the rules, default variants are served and it is said why', () => {
  it('when the version has no label', async () => {
    await deploy(checkout(1))
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([seen(client, GOLD).variant, variants(client), count(LIST)]).toEqual([
      'control',
      'default-only',
      0,
    ])
    expect(events.failure).toMatchObject([
      { error: { code: 'VARIANTS_UNAVAILABLE', message: expect.stringContaining('no label') } },
    ])
    expect(client.inspect(GOLD).layers[0]?.lastError?.code).toBe('VARIANTS_UNAVAILABLE')
    expect(client.health().status).toBe('ok')
  })

  it('when we are throttled: we do not ask again for that label, but for the next', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: LIST, status: 429, times: 1 })
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([count(LIST), count(GET), variants(client)]).toEqual([1, 0, 'default-only'])
    expect(events.failure).toMatchObject([{ error: { code: 'VARIANTS_UNAVAILABLE' } }])

    await deploy(checkout(2), 'v2')
    await passUntil(() => variants(client) === 'evaluated')
    expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 2 })
  })

  it('when an id is gone: the names are looked up again for the next label', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: LIST, status: 404, errorType: 'ResourceNotFoundException', times: 1 })
    const client = await warmed(clientOf())
    await pass(LONG_SECONDS)
    expect([count('ListApplications'), count(LIST), variants(client)]).toEqual([1, 1, 'default-only'])

    await deploy(checkout(2), 'v2')
    await passUntil(() => variants(client) === 'evaluated')
    expect([count('ListApplications'), count(LIST)]).toEqual([2, 2])
  })

  it('when the answer is forbidden: asked once, and the error names the permissions', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: LIST, status: 403, errorType: 'AccessDeniedException' })
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect(count(LIST)).toBe(1)
    expect(events.failure[0]?.error.message).toContain('appconfig:GetHostedConfigurationVersion')
  })

  it.each<[string, Partial<Fault>]>([
    ['fails', { status: 500 }],
    ['is dropped', { drop: true }],
    ['never comes', { hang: true }],
  ])(
    'when the answer %s: the new version is not waited for, its rules are asked for again',
    async (_, fault) => {
      await deploy(checkout(1), 'v1')
      const client = await warmed(clientOf({ requestTimeoutMs: 200 }))
      await passUntil(() => variants(client) === 'evaluated')
      const events = record(client)
      await deploy(checkout(2), 'v2')
      world.local.faults.add({ operation: LIST, times: 1, ...fault })

      while (events.failure.length === 0) {
        expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 1 })
        world.clock.advance(1000)
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      await until(() => seen(client, GOLD).variant === 'control')
      expect(variants(client)).toBe('default-only')
      world.local.calls.clear()
      await passUntil(() => seen(client, GOLD).limit === 2)
    },
  )

  it('when the answer fails for good: asked three times', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: LIST, status: 503 })
    await warmed(clientOf())
    await pass(2 * LONG_SECONDS)
    expect(count(LIST)).toBe(3)
  })

  it('when the hosted version is another than what is served', async () => {
    await deploy(checkout(1), 'v1')
    const other = { ...checkout(1), values: { checkout: { enabled: true }, search: { enabled: true } } }
    world.local.faults.add({ operation: GET, body: JSON.stringify(other) })
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([count(GET), seen(client, GOLD).variant]).toEqual([1, 'control'])
    expect(events.failure[0]?.error.message).toContain('not what is served')
  })

  it('when an answer is damaged on the way: asked three times, and never kept', async () => {
    await deploy(checkout(1), 'v1')
    const page = '<html>no</html>'
    world.local.faults.add({ operation: LIST, body: page, times: 1 })
    world.local.faults.add({ operation: GET, body: page, times: 1 })
    const client = await warmed(clientOf())
    await passUntil(() => variants(client) === 'evaluated')
    expect([count(LIST), count(GET)]).toEqual([3, 2])
    expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 1 })
  })

  it('when the answer ends in its middle: asked again', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: GET, truncate: true, times: 1 })
    const client = await warmed(clientOf())
    await passUntil(() => variants(client) === 'evaluated')
    expect(count(GET)).toBe(2)
  })

  it('when this machine’s clock was set back meanwhile: the data plane is asked when it is due', async () => {
    await deploy(checkout(1), 'v1')
    let aheadMs = 0
    const { clock } = world
    const set = { now: () => clock.now() + aheadMs, schedule: clock.schedule }
    const client = clientOf({ variantsSpreadSeconds: 0 }, 60, { clock: set })
    world.local.faults.add({ operation: GET, latencyMs: 50, times: 1 })
    const asked = world.local.calls.next(LIST)
    const first = client.resolve(GOLD)
    await asked
    aheadMs = -86_400_000
    await first
    expect(seen(client, GOLD)).toEqual({ variant: 'oneClick', limit: 1 })
    world.local.calls.clear()
    await pass(70)
    expect(count('GetLatestConfiguration')).toBe(1)
  })

  it('when the hosted version is never JSON', async () => {
    await deploy(checkout(1), 'v1')
    world.local.faults.add({ operation: GET, body: '{"version"' })
    const client = clientOf()
    const events = record(client)
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([count(GET), seen(client, GOLD).variant]).toEqual([3, 'control'])
    expect(events.failure[0]?.error).toMatchObject({ code: 'VARIANTS_UNAVAILABLE' })
  })

  it.each([['flags with a broken rule', JSON.stringify(checkout(1, '(eq $tier)'))]])(
    'when the hosted version is %s',
    async (_, body) => {
      await deploy(checkout(1), 'v1')
      world.local.faults.add({ operation: GET, body })
      const client = clientOf()
      const events = record(client)
      await warmed(client)
      await pass(LONG_SECONDS)
      expect([count(GET), seen(client, GOLD).variant]).toEqual([1, 'control'])
      expect(events.failure[0]?.error).toMatchObject({ code: 'VARIANTS_UNAVAILABLE' })
    },
  )

  it('when nobody asked for them', async () => {
    await deploy(checkout(1), 'v1')
    const client = clientOf({ variants: undefined as never })
    await warmed(client)
    await pass(LONG_SECONDS)
    expect([count(LIST), variants(client)]).toEqual([0, 'default-only'])
  })
})

describe('the options', () => {
  it.each<[string, object]>([
    ['variants', { variants: 'yes' }],
    ['controlPlaneClient', { client: {} as never, variants: 'by-version-label' }],
    ['variantsSpreadSeconds', { variantsSpreadSeconds: -1 }],
  ])('name %s when it is wrong', (name, options) => {
    expect(() => direct(options)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
    expect(() => direct(options)).toThrow(name)
  })

  it('need no clients: both planes are asked at the endpoint given', async () => {
    await deploy(checkout(1), 'v1')
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' }
    Object.assign(process.env, credentials)
    try {
      const source = direct({ endpoint: world.local.url, region: 'us-east-1', variants: 'by-version-label' })
      const client = createAppConfig({
        application: APPLICATION,
        environment: ENVIRONMENT,
        layers: ['flags'],
        source,
        clock: world.clock,
      })
      clients.push(client)
      await warmed(client)
      await passUntil(() => variants(client) === 'evaluated')
    } finally {
      for (const name of Object.keys(credentials)) delete process.env[name]
    }
  })
})
