/** What many tenants cost: documents polled, not tenants. */
import { createAppConfig, layer } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { APPLICATION, ENVIRONMENT, polled, startWorld, type World } from '../src/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const TIERS = ['free', 'pro', 'enterprise']
const TENANTS = Array.from({ length: 10_000 }, (_, at) => ({
  id: `tenant-${at}`,
  tier: TIERS[at % 3] as string,
}))

describe('10,000 tenants of three tiers', () => {
  it.each([
    ['without overrides', 4],
    ['with an override each in a document of sections', 5],
  ])('%s poll %i documents', async (_, documents) => {
    await world.deploy('default', { rpm: 1 })
    for (const tier of TIERS) await world.deploy(`tier-${tier}`, { tier })
    await world.deploy('tenants', Object.fromEntries(TENANTS.map(({ id }) => [id, { id }])))
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: [
        'default',
        (t) => `tier-${t.tier}`,
        ...(documents === 5 ? [layer('tenants', { section: (t) => t.id })] : []),
      ],
      source: world.source,
      clock: world.clock,
      maxNewTenantsPerSecond: 10_000,
    })
    const configs = await Promise.all(TENANTS.map((tenant) => client.resolve(tenant)))
    expect(world.local.calls.of('StartConfigurationSession')).toHaveLength(documents)
    expect(world.local.calls.of('GetLatestConfiguration')).toHaveLength(documents)
    expect(new Set(configs).size).toBe(documents === 5 ? TENANTS.length : TIERS.length)
    for (const [at, { id, tier }] of TENANTS.entries()) {
      expect(configs[at]).toEqual(documents === 5 ? { rpm: 1, tier, id } : { rpm: 1, tier })
    }

    world.local.calls.clear()
    world.passInterval()
    await polled(client, world)
    expect(world.local.calls).toHaveLength(documents)
    const { status, warmTenants, tenantDocuments } = client.health()
    expect({ status, warmTenants, tenantDocuments }).toEqual({
      status: 'ok',
      warmTenants: 10_000,
      tenantDocuments: { ok: TIERS.length },
    })
    await client.close()
  })
})
