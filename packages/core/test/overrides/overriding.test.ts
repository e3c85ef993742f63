import { afterEach, describe, expect, it } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigEvents,
  type AppConfigOptions,
  createAppConfig,
  isEnabled,
  layer,
  memory,
  type SignOverrideOptions,
  signOverride,
  type Tenant,
  variantOf,
  versionOf,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { configureRequests } from '../../src/requests/request-config.ts'
import { configSeen } from '../../src/views/seen.ts'

const KEY = 'k'.repeat(32)
const OTHER_KEY = 'o'.repeat(32)
const VARIANTS = [
  { name: 'beta', enabled: true, rule: '(eq $tier "beta")', attributeValues: { steps: 1 } },
  { name: 'standard', enabled: true, attributeValues: { steps: 3 } },
]

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

/** An API whose requests say who they are, and what they were given. */
function api({
  documents = {},
  ...options
}: Partial<AppConfigOptions<undefined>> & { documents?: Record<string, object> } = {}) {
  const clock = manualClock()
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default', layer('ops', { optional: true })],
    source: memory({
      default: {
        featureA: false,
        limit: 5,
        search: { enabled: true, page: 20 },
        checkout: { _variants: VARIANTS },
      },
      ...documents,
    }),
    logger: false,
    clock,
    overrides: { keys: KEY, flags: ['featureA', 'search', 'checkout', 'missing', 'limit'] },
    ...options,
  }) as AppConfigClient
  clients.push(client)
  const events: AppConfigEvents['override'][] = []
  client.on('override', (event) => events.push(event))
  const { configFor } = configureRequests<Request, undefined>({
    client,
    tenant: ({ headers }) => (headers['x-tenant'] as string | undefined) ?? null,
  })
  return {
    client,
    clock,
    events,
    sign: (options: Partial<SignOverrideOptions>) =>
      signOverride({
        key: KEY,
        tenant: 'tenant-01',
        flags: { featureA: true },
        validForSeconds: 60,
        clock,
        ...options,
      }),
    async ask(override: string | undefined, headers: Request['headers'] = {}): Promise<Config> {
      const request = {
        headers: {
          'x-tenant': 'tenant-01',
          ...(override !== undefined && { 'x-appconfig-override': override }),
          ...headers,
        },
      }
      return configSeen((await configFor(request)) as never) as unknown as Config
    },
  }
}

interface Request {
  readonly headers: Readonly<Record<string, string | undefined>>
}
type Config = Readonly<Record<string, unknown>>

describe('an override', () => {
  it('is seen by the requests that carry it, and by no others', async () => {
    const { ask, sign, events } = api()
    const overridden = await ask(sign({ flags: { featureA: true, search: false, checkout: 'beta' } }))

    expect(overridden).toEqual({
      featureA: true,
      limit: 5,
      search: { enabled: false },
      checkout: { _variant: 'beta', enabled: true, steps: 1 },
    })
    expect(isEnabled(overridden, 'featureA')).toBe(true)
    expect(variantOf(overridden, 'checkout')).toBe('beta')
    expect(isEnabled(await ask(undefined), 'featureA')).toBe(false)
    expect(events).toEqual([
      { tenant: 'tenant-01', flags: ['featureA', 'search', 'checkout'], refused: undefined },
    ])
  })

  it('leaves a configuration as others are: frozen, and with the versions it is made of', async () => {
    const { ask, sign } = api()
    const overridden = await ask(sign({ flags: { featureA: true, search: true } }))

    expect(Object.isFrozen(overridden)).toBe(true)
    expect(Object.isFrozen(overridden['search'])).toBe(true)
    expect(overridden['search']).toEqual({ enabled: true, page: 20 })
    expect(versionOf(overridden)).toEqual(versionOf(await ask(undefined)))
  })

  it('is read from a cookie where the option names one, and the header counts more', async () => {
    const overrides = { keys: KEY, flags: ['featureA'], cookie: 'flags' }
    const { ask, sign } = api({ overrides })
    const cookie = `a=b; flags=${sign({})}; c=d`

    expect((await ask(undefined, { cookie }))['featureA']).toBe(true)
    expect((await ask('nonsense', { cookie }))['featureA']).toBe(false)
    expect((await api().ask(undefined, { cookie }))['featureA']).toBe(false)
  })

  it('may be signed with any of several keys', async () => {
    const { ask, sign } = api({ overrides: { keys: [OTHER_KEY, KEY], flags: ['featureA'] } })

    expect((await ask(sign({ key: KEY })))['featureA']).toBe(true)
    expect((await ask(sign({ key: OTHER_KEY })))['featureA']).toBe(true)
  })

  it('counts for nothing without the option', async () => {
    const { sign } = api()
    const { client, clock } = api()
    const plain = createAppConfig({
      application: 'api',
      environment: 'prod',
      layers: ['default'],
      source: memory({ default: { featureA: false } }),
      clock,
    })
    clients.push(plain as AppConfigClient, client)
    const { configFor } = configureRequests<Request, undefined>({ client: plain, tenant: () => 'tenant-01' })

    expect(configSeen((await configFor({ headers: { 'x-appconfig-override': sign({}) } })) as never)).toEqual(
      {
        featureA: false,
      },
    )
  })
})

describe('an override is refused', () => {
  /** Asks with it, and gives what the event said; the configuration must be as without it. */
  async function refusalOf(
    { ask, events }: Pick<ReturnType<typeof api>, 'ask' | 'events'>,
    override: string,
    headers?: Request['headers'],
  ) {
    const before = await ask(undefined, headers)
    expect(await ask(override, headers)).toEqual(before)
    expect(events).toHaveLength(1)
    return events[0]
  }

  it('that is none, or forged: nothing of it is told', async () => {
    const text = api().sign({})
    const [version, said, signature] = text.split('.') as [string, string, string]
    const other = Buffer.from(JSON.stringify(['tenant-01', { search: false }, 4e9])).toString('base64url')
    const forged = { tenant: 'tenant-01', flags: [], refused: 'FORGED' }
    const malformed = { ...forged, refused: 'MALFORMED' }

    expect(await refusalOf(api(), api().sign({ key: OTHER_KEY }))).toEqual(forged)
    expect(await refusalOf(api(), `${version}.${other}.${signature}`)).toEqual(forged)
    expect(await refusalOf(api(), `${version}.${said}.${'A'.repeat(43)}`)).toEqual(forged)
    for (const nonsense of [
      '',
      'v1',
      'v2.a.b',
      `${text}=`,
      `${text}.`,
      'v1..',
      'x'.repeat(100_000),
      `v1.${'a'.repeat(9000)}.${signature}`,
    ])
      expect(await refusalOf(api(), nonsense), nonsense.slice(0, 20)).toEqual(malformed)
  })

  it('that is over, also when it is sent again', async () => {
    const tested = api()
    const text = tested.sign({ validForSeconds: 60 })
    expect((await tested.ask(text))['featureA']).toBe(true)
    tested.events.length = 0
    tested.clock.advance(59_000)
    expect((await tested.ask(text))['featureA']).toBe(true)
    tested.events.length = 0
    tested.clock.advance(1000)

    expect(await refusalOf(tested, text)).toEqual({
      tenant: 'tenant-01',
      flags: ['featureA'],
      refused: 'EXPIRED',
    })
  })

  it('that would be valid for longer than the option allows', async () => {
    const tested = api()

    expect(await refusalOf(tested, tested.sign({ validForSeconds: 86_401 }))).toMatchObject({
      refused: 'TOO_LONG',
    })
  })

  it.each([
    ['another tenant', { 'x-tenant': 'tenant-02' }, 'tenant-02'],
    ['a tenant whose id differs in case', { 'x-tenant': 'Tenant-01' }, 'Tenant-01'],
    ['a request without a tenant', { 'x-tenant': undefined }, undefined],
  ])('by %s', async (_, headers, tenant) => {
    const tested = api()

    expect(await refusalOf(tested, tested.sign({}), headers)).toEqual({
      tenant,
      flags: ['featureA'],
      refused: 'FOREIGN_TENANT',
    })
  })

  it.each([
    ['a flag that the option does not list', { other: true }, 'FLAG_NOT_LISTED'],
    ['a flag that is listed beside one that is not', { featureA: true, other: true }, 'FLAG_NOT_LISTED'],
    ['a flag that there is none of', { missing: true }, 'NO_FLAG'],
    ['a value that is no flag', { limit: true }, 'NO_FLAG'],
    ['a variant that there is none of', { checkout: 'gamma' }, 'NO_VARIANT'],
    ['a variant of a flag that has none', { featureA: 'beta' }, 'NO_VARIANT'],
    ['"on" for a flag with variants', { checkout: true }, 'NO_VARIANT'],
  ] as const)('for %s', async (_, flags, refused) => {
    const tested = api()

    expect(await refusalOf(tested, tested.sign({ flags }))).toMatchObject({ refused })
  })

  it('for a flag that a final layer holds, whatever it says', async () => {
    for (const ops of [{ featureA: false }, { featureA: true }, { featureA: { enabled: false } }]) {
      const tested = api({ documents: { ops } })
      expect(
        await refusalOf(tested, tested.sign({ flags: { search: false, featureA: true } })),
      ).toMatchObject({
        refused: 'FINAL_LAYER',
      })
    }
    const other = api({ documents: { ops: { limit: 1 } } })
    expect((await other.ask(other.sign({})))['featureA']).toBe(true)
  })

  it('for a flag of a section that is final for this tenant, and not for others', async () => {
    const finalLayers = ['limits']
    const options = {
      layers: ['default', layer('limits', { section: ({ id }: Tenant) => id, optional: true })],
      documents: { limits: { 'tenant-01': { featureA: false } } },
      overrides: { keys: KEY, flags: ['featureA'], finalLayers },
    }
    const tested = api(options)
    expect(await refusalOf(tested, tested.sign({}))).toMatchObject({ refused: 'FINAL_LAYER' })
    const other = api(options)
    expect(
      (await other.ask(other.sign({ tenant: 'tenant-02' }), { 'x-tenant': 'tenant-02' }))['featureA'],
    ).toBe(true)
  })

  it('that the schema refuses', async () => {
    const schema = {
      '~standard': {
        version: 1,
        vendor: 'test',
        validate: (value: unknown) =>
          isEnabled(value as Config, 'featureA')
            ? { issues: [{ message: 'no', path: ['limit'] }] }
            : { value: value as object },
      },
    } as const
    const tested = api({ schema: schema as never })

    expect(await refusalOf(tested, tested.sign({}))).toMatchObject({ refused: 'CONFIG_INVALID' })
  })
})

describe('signOverride', () => {
  it.each([
    [{ key: 'short-secret' }, /key of an override/],
    [{ tenant: '' }, /tenant/],
    [{ flags: {} }, /flags/],
    [{ flags: { a: 1 } as never }, /flags/],
    [{ validForSeconds: 0.5 }, /validForSeconds/],
    [{ flags: { featureA: 'x'.repeat(5000) } }, /fewer flags/],
  ])('refuses %j', (options, text) => {
    const sign = () =>
      signOverride({ key: KEY, tenant: 't', flags: { featureA: true }, validForSeconds: 1, ...options })

    expect(sign).toThrow(text)
    expect(sign).not.toThrow(/short-secret/)
  })
})

describe('the option overrides', () => {
  it.each([
    [{ keys: 'short-secret', flags: ['a'] }, /overrides.keys/],
    [{ keys: [], flags: ['a'] }, /overrides.keys/],
    [{ keys: KEY, flags: [] }, /overrides.flags/],
    [{ keys: KEY }, /overrides.flags/],
    [{ keys: KEY, flags: ['a'], header: 'a b' }, /overrides.header/],
    [{ keys: KEY, flags: ['a'], cookie: 'a=b' }, /overrides.cookie/],
    [{ keys: KEY, flags: ['a'], maxSeconds: 0 }, /overrides.maxSeconds/],
    [{ keys: KEY, flags: ['a'], finalLayers: 'ops' }, /overrides.finalLayers/],
    [{ keys: KEY, flags: ['a'], key: KEY }, /key/],
  ])('refuses %j', (overrides, text) => {
    expect(() => api({ overrides: overrides as never })).toThrow(text)
    expect(() => api({ overrides: overrides as never })).not.toThrow(/short-secret/)
  })
})
