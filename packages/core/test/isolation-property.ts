/**
 * Nobody sees what belongs to somebody else: a property of any interleaving of requests,
 * deployments, removals, evictions, idling and outages.
 *
 * Two applications, two environments, many tenants with awkward ids; every document holds the same
 * few keys, every value says which document (and section) of which version it belongs to. The oracle
 * knows nothing of merging: it looks up, key by key, the highest of the tenant's own places. Two flags say
 * by their variants who the tenant is and where its request comes from. Some requests have no tenant, and some
 * tenants are named like flags and like keys of other layers.
 */
import fc from 'fast-check'
import { type AppConfigClient, createAppConfig, layer, memory, type Tenant, variantOf } from '../src/index.ts'
import { manualClock } from '../src/manual-clock.ts'

const APPLICATIONS = ['shop', 'bank']
const CELLS = ['prod-01', 'prod-02']
const TIERS = ['free', 'pro']
const REGIONS = ['eu', 'us']
const OPS = 'ops-cell'
/** They collide with tiers, flags, keys, `ops`, AWS's ids and what objects inherit, and but for case. */
const IDS = [
  't-1',
  'T-1',
  'pro',
  'free',
  'ops',
  'default',
  'abc1234',
  'constructor',
  'toString',
  'hasOwnProperty',
  'tier-pro',
  'sections',
  'who',
  'k0',
]
const KEYS = ['k0', 'k1', 'k2', 'k3']
const COUNTRIES = ['DE', 'FR', 'XX']

const DEFAULTS = {
  who: {
    _variants: [
      ...IDS.flatMap((id) =>
        TIERS.map((tier) => ({
          name: `${id} ${tier}`,
          enabled: true,
          rule: `(and (eq $tenantId "${id}") (eq $tier "${tier}"))`,
        })),
      ),
      { name: 'nobody', enabled: false },
    ],
  },
  where: {
    _variants: [
      ...COUNTRIES.map((country) => ({ name: country, enabled: true, rule: `(eq $country "${country}")` })),
      { name: 'nowhere', enabled: false },
    ],
  },
}

type Tags = Record<string, string>
/** Where a value may come from: a document, or a section of one. */
type Place = string

interface Deployed {
  readonly application: string
  readonly environment: string
  readonly profile: string
  readonly section: string | undefined
  readonly keys: readonly string[]
}

type Step =
  | {
      readonly do: 'request'
      readonly application: string
      readonly tenant: Tenant | null
      readonly country: string | undefined
    }
  | ({ readonly do: 'deploy' } & Deployed)
  | { readonly do: 'outage'; readonly on: boolean }
  | { readonly do: 'time'; readonly seconds: number }

const application = fc.constantFrom(...APPLICATIONS)
const id = fc.constantFrom(...IDS)
const keys = fc.subarray(KEYS)
const place = fc.oneof(
  fc.record({
    environment: fc.constantFrom(...CELLS),
    profile: fc.constant('default'),
    section: fc.constant(undefined),
  }),
  fc.record({
    environment: fc.constantFrom(...CELLS),
    profile: fc.constantFrom(...TIERS.map((tier) => `tier-${tier}`)),
    section: fc.constant(undefined),
  }),
  fc.record({
    environment: fc.constantFrom(...CELLS),
    profile: id.map((own) => `tenant-${own}`),
    section: fc.constant(undefined),
  }),
  fc.record({
    environment: fc.constantFrom(...CELLS),
    profile: fc.constantFrom(...REGIONS.map((region) => `region-${region}`)),
    section: fc.constant(undefined),
  }),
  fc.record({
    environment: fc.constantFrom(...CELLS),
    profile: fc.constantFrom('sections', 'shard-t', 'shard-other'),
    section: id,
  }),
  fc.record({ environment: fc.constant(OPS), profile: fc.constant('everyones'), section: id }),
  fc.record({ environment: fc.constant(OPS), profile: fc.constant('ops'), section: fc.constant(undefined) }),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      application,
      tenant: fc.option(
        fc.record({
          id,
          tier: fc.constantFrom(...TIERS),
          cell: fc.constantFrom(...CELLS),
          attributes: fc.record({ region: fc.constantFrom(...REGIONS) }),
        }),
        { freq: 5 },
      ),
      country: fc.constantFrom(undefined, ...COUNTRIES),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .record({ application, place, keys })
      .map(({ application, place, keys }) => ({ do: 'deploy' as const, application, ...place, keys })),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('outage' as const), on: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 2000 }) }),
  },
)

const shardOf = ({ id }: Tenant): string => (id.startsWith('t') ? 'shard-t' : 'shard-other')

/** Where a tenant may look, highest first; without one, where nobody's name stands in the place. */
function placesOf(application: string, tenant: Tenant | null): Place[] {
  if (tenant === null) return [`${application}/${OPS}/ops`]
  const { id, tier, cell, attributes } = tenant
  return [
    `${application}/${OPS}/ops`,
    `${application}/${OPS}/everyones#${id}`,
    `${application}/${cell}/${shardOf(tenant)}#${id}`,
    `${application}/${cell}/sections#${id}`,
    `${application}/${cell}/region-${attributes?.['region']}`,
    `${application}/${cell}/tenant-${id}`,
    `${application}/${cell}/tier-${tier}`,
    `${application}/${cell}/default`,
  ]
}

/** @throws what fast-check found, shrunk, where somebody saw what is not theirs. */
export async function checkIsolation(runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const world = startWorld()
      try {
        for (const each of steps) await world.take(each)
      } finally {
        await world.close()
      }
    }),
    { numRuns: runs },
  )
}

function startWorld() {
  const clock = manualClock()
  const source = memory()
  /** What AppConfig serves, by place. */
  const served = new Map<Place, Tags>()
  let version = 0
  let isOut = false

  const clients = new Map<string, AppConfigClient>(
    APPLICATIONS.map((application) => [
      application,
      createAppConfig({
        application,
        environment: (t) => t.cell as string,
        layers: [
          layer('default', { optional: true }),
          (t) => layer(`tier-${t.tier}`, { optional: true }),
          (t) => layer(`tenant-${t.id}`, { optional: true }),
          (t) => layer(`region-${t.attributes?.['region']}`, { optional: true }),
          layer('sections', { section: (t) => t.id, optional: true }),
          (t) => layer(shardOf(t), { section: ({ id }) => id, optional: true }),
          layer('everyones', { environment: OPS, section: (t) => t.id, optional: true }),
          layer('ops', { environment: OPS, optional: true }),
        ],
        source,
        clock,
        defaults: DEFAULTS,
        logger: false,
        maxTenants: 3,
        idleTimeoutSeconds: 600,
        maxNewTenantsPerSecond: 1_000_000,
        maxRequestsPerSecond: 1_000_000,
      }),
    ]),
  )

  function deploy({ application, environment, profile, section, keys }: Deployed): void {
    version++
    const name = `${application}/${environment}/${profile}`
    const at = section === undefined ? name : `${name}#${section}`
    served.set(at, Object.fromEntries(keys.map((key) => [key, `${at}@${version}`])))
    const sections = [...served].filter(([place]) => place.startsWith(`${name}#`))
    const document =
      section === undefined
        ? served.get(name)
        : Object.fromEntries(sections.map(([place, tags]) => [place.slice(name.length + 1), tags]))
    source.publish(profile, document as object, { environment: `${application}/${environment}` })
  }

  async function request(
    application: string,
    tenant: Tenant | null,
    country: string | undefined,
  ): Promise<void> {
    const client = clients.get(application) as AppConfigClient
    const places = placesOf(application, tenant)
    let config: Tags
    try {
      // What a request claims to be is not what it is.
      const claimed = { tenantId: 'pro', tier: 'pro' }
      const context = { ...(tenant && claimed), ...(country !== undefined && { country }) }
      const resolved = await client.resolve(tenant, { context })
      const seen = [variantOf(resolved, 'who'), variantOf(resolved, 'where')].join(', ')
      const whose = tenant ? `${tenant.id} ${tenant.tier}` : 'nobody'
      const expected = `${whose}, ${country ?? 'nowhere'}`
      if (seen !== expected) throw new Error(`${expected} of ${application} is taken for ${seen}`)
      const { who, where, ...tags } = resolved
      config = tags as Tags
    } catch (error) {
      if (isOut && (error as { code?: string }).code === 'CONFIG_UNAVAILABLE') return
      throw error
    }
    for (const [key, tag] of Object.entries(config)) {
      const [from] = String(tag).split('@') as [Place]
      if (!KEYS.includes(key) || !places.includes(from))
        throw new Error(`${JSON.stringify(tenant)} of ${application} sees ${key} of ${from}`)
    }
    // While AppConfig is out, old is fine; otherwise it must be the newest, and of the right layer.
    if (isOut) return
    for (const key of KEYS) {
      const expected = places.map((place) => served.get(place)?.[key]).find((tag) => tag !== undefined)
      if (config[key] !== expected) {
        throw new Error(
          `${JSON.stringify(tenant)} of ${application} sees ${config[key]} for ${key} instead of ${expected}`,
        )
      }
    }
  }

  return {
    async take(step: Step): Promise<void> {
      if (step.do === 'deploy') deploy(step)
      if (step.do === 'time') clock.advance(step.seconds * 1000)
      if (step.do === 'outage') {
        isOut = step.on
        source.failWith(isOut ? new Error('outage') : undefined)
      }
      // Every push is answered within a few turns of the event loop.
      for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve))
      if (step.do === 'request') await request(step.application, step.tenant, step.country)
    },
    async close(): Promise<void> {
      for (const client of clients.values()) await client.close()
    },
  }
}
