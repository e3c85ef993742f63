/** What may happen, in any order. */
import fc from 'fast-check'
import type { Tenant } from '../../src/index.ts'
import { ALL_IDS, APPLICATIONS, CELLS, COUNTRIES, IDS, OPS, REGIONS, TIERS } from './tenancy.ts'

export const KEYS: readonly string[] = ['k0', 'k1', 'k2', 'k3']

export interface Asked {
  readonly application: string
  readonly tenant: Tenant | null
  readonly country: string | undefined
}

export interface Target {
  readonly application: string
  readonly environment: string
  readonly profile: string
  readonly section: string | undefined
}

export type Step =
  /** Requests that arrive together. */
  | { readonly do: 'request'; readonly requests: readonly Asked[] }
  | ({ readonly do: 'deploy'; readonly keys: readonly string[] } & Target)
  /** A version that can't be read, or that the schema refuses. */
  | ({ readonly do: 'break'; readonly how: 'unreadable' | 'refused' } & Target)
  | ({ readonly do: 'remove' } & Target)
  | { readonly do: 'outage'; readonly on: boolean }
  | { readonly do: 'time'; readonly seconds: number }
  /** The process of an application ends, and another starts. */
  | { readonly do: 'restart'; readonly application: string }

const application = fc.constantFrom(...APPLICATIONS)
const id = fc.constantFrom(...IDS)
const cell = fc.constantFrom(...CELLS)
const noSection = fc.constant(undefined)

const place = fc.oneof(
  fc.record({ environment: cell, profile: fc.constant('default'), section: noSection }),
  fc.record({
    environment: cell,
    profile: fc.constantFrom(...TIERS.map((tier) => `tier-${tier}`)),
    section: noSection,
  }),
  fc.record({ environment: cell, profile: id.map((own) => `tenant-${own}`), section: noSection }),
  fc.record({
    environment: cell,
    profile: fc.constantFrom(...REGIONS.map((region) => `region-${region}`)),
    section: noSection,
  }),
  fc.record({
    environment: cell,
    profile: fc.constantFrom('sections', 'shard-t', 'shard-other'),
    section: id,
  }),
  fc.record({ environment: fc.constant(OPS), profile: fc.constant('everyones'), section: id }),
  fc.record({ environment: fc.constant(OPS), profile: fc.constant('ops'), section: noSection }),
)
const target = fc.record({ application, place }).map(({ application, place }) => ({ application, ...place }))

const asked: fc.Arbitrary<Asked> = fc.record({
  application,
  tenant: fc.option(
    fc.record({
      id: fc.oneof({ weight: 3, arbitrary: id }, { weight: 1, arbitrary: fc.constantFrom(...ALL_IDS) }),
      tier: fc.constantFrom(...TIERS),
      cell,
      attributes: fc.record({ region: fc.constantFrom(...REGIONS) }),
    }),
    { freq: 5 },
  ),
  country: fc.constantFrom(undefined, ...COUNTRIES),
})

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      requests: fc.array(asked, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc
      .record({ target, keys: fc.subarray([...KEYS]) })
      .map(({ target, keys }) => ({ do: 'deploy' as const, ...target, keys })),
  },
  {
    weight: 1,
    arbitrary: fc
      .record({ target, how: fc.constantFrom('unreadable' as const, 'refused' as const) })
      .map(({ target, how }) => ({ do: 'break' as const, how, ...target })),
  },
  { weight: 1, arbitrary: target.map((removed) => ({ do: 'remove' as const, ...removed })) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('outage' as const), on: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('time' as const), seconds: fc.integer({ min: 1, max: 2000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), application }) },
)
