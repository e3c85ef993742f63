/** A change of a large document is composed in turns: requests see the configuration before until all of it is there. */
import { afterEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  type EventName,
  layer,
  memory,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

const clients: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

type Config = Readonly<Record<string, unknown>>

function clientOf(options: Partial<AppConfigOptions>): AppConfigClient<Config> {
  const client = createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: ['default', layer('tenants', { section: ({ id }) => id, optional: true })],
    logger: false,
    ...options,
  })
  clients.push(client)
  return client as AppConfigClient<Config>
}

const KEYS = 10_000
const FLAGS = 200

/** All values say which version it is; so do the variants of its flags. */
function documentOf(version: number, keys = KEYS, flags = FLAGS): Record<string, unknown> {
  const plain = Array.from({ length: keys }, (_, at) => [`key${at}`, version])
  const withVariants = Array.from({ length: flags }, (_, at) => [
    `flag${at}`,
    {
      _variants: [
        { name: 'pro', enabled: true, rule: '(eq $tier "pro")', attributeValues: { version } },
        { name: 'other', enabled: true, attributeValues: { version } },
      ],
    },
  ])
  return Object.fromEntries([...plain, ...withVariants])
}

/** The version of a configuration, all of which must be of it. */
function versionOfAll(config: Config | undefined): unknown {
  if (config === undefined) return undefined
  const versions = new Set(
    Object.entries(config)
      .filter(([key]) => key !== 'own')
      .map(([, value]) => (typeof value === 'object' ? (value as { version: unknown }).version : value)),
  )
  expect([...versions]).toHaveLength(1)
  return [...versions][0]
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

/** Looks at every turn of the event loop, until the version is seen. */
async function versionsSeen(
  client: AppConfigClient<Config>,
  tenants: readonly string[],
  last: number,
): Promise<unknown[]> {
  const seen: unknown[] = []
  for (let at = 0; at < 2000; at++) {
    const now = tenants.map((id) => {
      const config = client.peek(id)
      expect(config?.['own']).toBe(id === 'none' ? undefined : id)
      return versionOfAll(config)
    })
    if (now.some((version, place) => version !== seen.at(-tenants.length + place))) seen.push(...now)
    if (now.every((version) => version === last)) break
    await turn()
  }
  return seen
}

const TENANTS = ['t1', 't2', 'none']
const SECTIONS = { t1: { own: 't1' }, t2: { own: 't2' } }

describe('a change of a large document', () => {
  it('is seen whole, and until then the one before it, by each tenant with its own values', async () => {
    const source = memory({ default: documentOf(1), tenants: SECTIONS })
    const client = clientOf({ source })
    for (const id of TENANTS) expect(versionOfAll(await client.resolve(id))).toBe(1)
    for (let version = 2; version < 5; version++) {
      source.publish('default', documentOf(version))
      const seen = await versionsSeen(client, TENANTS, version)
      expect(seen.at(-1)).toBe(version)
      expect(new Set(seen)).toEqual(new Set([version - 1, version]))
    }
  })

  it('is not there when the document is, as a change of a small one is', async () => {
    const source = memory({ default: documentOf(1), tenants: SECTIONS })
    const client = clientOf({ source })
    await client.resolve('t1')
    const whenTold: unknown[] = []
    client.on('change', () => whenTold.push(versionOfAll(client.peek('t1'))))
    source.publish('default', documentOf(2))
    await versionsSeen(client, ['t1'], 2)
    expect(whenTold).toEqual([1])
    // Now it is small: from the next one on, the change is there at once.
    source.publish('default', documentOf(3, 20, 5))
    await versionsSeen(client, ['t1'], 3)
    source.publish('default', documentOf(4, 20, 5))
    await versionsSeen(client, ['t1'], 4)
    expect(whenTold).toEqual([1, 2, 4])
  })

  it('does not get lost where another comes in the middle of it', async () => {
    const source = memory({ default: documentOf(1), tenants: SECTIONS })
    const client = clientOf({ source })
    for (const id of TENANTS) await client.resolve(id)
    client.on('change', ({ document }) => {
      if (document.profile === 'default' && versionOfAll(client.peek('t1')) === 1)
        setImmediate(() => source.publish('default', documentOf(3)))
    })
    source.publish('default', documentOf(2))
    const seen = await versionsSeen(client, TENANTS, 3)
    expect(seen.at(-1)).toBe(3)
  })

  it('that a schema refuses is refused once, and what follows recovers', async () => {
    const source = memory({ default: documentOf(1), tenants: SECTIONS })
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) =>
          (value as Config)['key7'] === 2 ? { issues: [{ message: 'no', path: ['key7'] }] } : { value },
      },
    } as const
    const client = clientOf({ source, schema })
    for (const id of TENANTS) await client.resolve(id)
    const told: EventName[] = []
    for (const name of ['change', 'rejected', 'recovered'] as const) client.on(name, () => told.push(name))
    source.publish('default', documentOf(2))
    for (let at = 0; at < 500 && told.length < 2; at++) await turn()
    for (let at = 0; at < 50; at++) await turn()
    for (const id of TENANTS) expect(versionOfAll(client.peek(id))).toBe(1)
    expect(told).toEqual(['change', 'rejected'])
    source.publish('default', documentOf(3))
    await versionsSeen(client, TENANTS, 3)
    for (let at = 0; at < 500 && told.length < 4; at++) await turn()
    expect(told).toEqual(['change', 'rejected', 'change', 'recovered'])
  })
})

describe('the first configuration of large documents', () => {
  it('is waited for by start, and by all requests that come at the same time', async () => {
    const client = clientOf({ source: memory({ default: documentOf(1), tenants: SECTIONS }) })
    await client.start()
    expect(versionOfAll(client.peek())).toBe(1)
    const ids = [...TENANTS, ...TENANTS]
    const configs = await Promise.all(ids.map((id) => client.resolve(id)))
    for (const [at, config] of configs.entries()) {
      expect(versionOfAll(config)).toBe(1)
      expect(config['own']).toBe(ids[at] === 'none' ? undefined : ids[at])
    }
  })

  it('is given up by a client that is closed in the middle of it', async () => {
    const client = clientOf({ source: memory({ default: documentOf(1, 50_000), tenants: SECTIONS }) })
    const isRead = new Promise<void>((resolve) => {
      client.on('change', ({ document }) => document.profile === 'default' && resolve())
    })
    const loading = client.resolve('t1')
    const closed = expect(loading).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
    await isRead
    await client.close()
    await closed
    expect(client.peek('t1')).toBeUndefined()
  })
})

it('of tenants that nobody waits for any more and that were evicted, nothing is composed', async () => {
  const TENANTS = 20
  const own = Object.fromEntries(Array.from({ length: TENANTS }, (_, at) => [`tenant-t-${at}`, { own: at }]))
  const clock = manualClock()
  let checks = 0
  const client = clientOf({
    layers: ['default', ({ id }) => `tenant-${id}`],
    source: memory({ default: documentOf(1, 20_000, 0), ...own }),
    schema: {
      '~standard': {
        version: 1,
        vendor: 'own',
        validate(value) {
          checks++
          return { value: value as object }
        },
      },
    },
    maxTenants: 2,
    maxNewTenantsPerSecond: 100,
    maxRequestsPerSecond: 100,
    clock,
  })
  await client.start()
  const checksOfStart = checks
  let read = 0
  const areRead = new Promise<void>((resolve) =>
    client.on('change', () => void (++read === TENANTS && resolve())),
  )
  const asked = Object.keys(own).map((name) =>
    client.resolve(name.slice('tenant-'.length)).catch((error: Error) => error.message),
  )
  await areRead
  clock.advance(client.resolveTimeoutMs)
  expect(await Promise.all(asked)).toContainEqual(
    expect.stringMatching(/CONFIG_UNAVAILABLE.*: its documents are read, and being merged and validated$/),
  )
  const newest = `t-${TENANTS - 1}`
  while (client.peek(newest) === undefined) await new Promise((resolve) => setImmediate(resolve))
  expect(checks - checksOfStart).toBeLessThan(TENANTS / 2)
})
