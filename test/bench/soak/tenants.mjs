/**
 * The tenants, and where their configuration comes from.
 *
 * @module
 */
const TIERS = ['free', 'pro', 'enterprise']

export const TENANTS = Array.from({ length: 2000 }, (_, at) => ({
  id: `tenant-${at}`,
  tier: TIERS[at % TIERS.length],
}))

/** Every twentieth has a document of its own. */
export const hasDocument = ({ id }) => Number(id.slice('tenant-'.length)) % 20 === 0

export const APPLICATION = 'api'
export const ENVIRONMENT = 'prod-01'
export const OPS_ENVIRONMENT = 'prod-01-ops'

/** The documents: the profile, its environment, and its content at a version. */
export const DOCUMENTS = [
  { profile: 'default', content: (version) => ({ default: version, limit: 10 }) },
  ...TIERS.map((tier) => ({
    profile: `tier-${tier}`,
    content: (version) => ({ tier, [`tier-${tier}`]: version }),
  })),
  {
    profile: 'tenants',
    content: (version) => Object.fromEntries(TENANTS.map(({ id }) => [id, { own: id, tenants: version }])),
  },
  { profile: 'ops', environment: OPS_ENVIRONMENT, content: (version) => ({ ops: version }) },
  ...TENANTS.filter(hasDocument).map(({ id }) => ({
    profile: `of-${id}`,
    content: (version) => ({ document: id, [`of-${id}`]: version }),
  })),
]

/** The documents that make a tenant's configuration. */
export function profilesOf(tenant) {
  return [
    'default',
    `tier-${tenant.tier}`,
    'tenants',
    'ops',
    ...(hasDocument(tenant) ? [`of-${tenant.id}`] : []),
  ]
}
