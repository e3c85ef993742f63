/**
 * Who is who: two applications, their tenants with awkward ids, and the places whose values a tenant may see.
 *
 * In the shape `places` every layer there is depends on some part of the tenant. In the shape `tiers` the id is
 * in no name, so it may be any text.
 */

import { type AppConfigOptions, layer, type Tenant } from '../../src/index.ts'
import type { JsonObject } from '../../src/json.ts'

export const APPLICATIONS: readonly string[] = ['shop', 'bank']
export const CELLS: readonly string[] = ['prod-01', 'prod-02']
export const TIERS: readonly string[] = ['free', 'pro']
export const REGIONS: readonly string[] = ['eu', 'us']
export const COUNTRIES: readonly string[] = ['DE', 'FR', 'XX']
/** An environment of its own. */
export const OPS = 'ops-cell' as const
/** They collide with tiers, flags, keys, `ops`, AWS's ids and what objects inherit, and but for case. */
export const IDS: readonly string[] = [
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
/** They differ from those above, or from each other, in form only: accents, a Kelvin sign, spaces, paths. */
export const WILD_IDS: readonly string[] = [
  '\u00e9-1',
  'e\u0301-1',
  'K0'.replace('K', '\u212a'),
  't-1 ',
  't-1\u0000',
  't-1/../t-2',
  't-1%2Ft-2',
  '../ops',
  't-1,tier=pro',
  '__proto__',
]
export const ALL_IDS: readonly string[] = [...IDS, ...WILD_IDS]

/** Where a value may come from: a document `application/environment/profile`, or `#` and a section of one. */
export type Place = string

export type Shape = 'places' | 'tiers'

const shardOf = ({ id }: Tenant): string => (id.startsWith('t') ? 'shard-t' : 'shard-other')

const LAYERS: NonNullable<AppConfigOptions['layers']> = [
  layer('default', { optional: true }),
  (t) => layer(`tier-${t.tier}`, { optional: true }),
  (t) => layer(`tenant-${t.id}`, { optional: true }),
  (t) => layer(`region-${t.attributes?.['region']}`, { optional: true }),
  layer('sections', { section: (t) => t.id, optional: true }),
  (t) => layer(shardOf(t), { section: ({ id }) => id, optional: true }),
  layer('everyones', { environment: OPS, section: (t) => t.id, optional: true }),
  layer('ops', { environment: OPS, optional: true }),
]

/** Options of a client, by shape. */
export const SHAPES: Readonly<Record<Shape, Pick<AppConfigOptions, 'layers' | 'tenantIdPattern'>>> = {
  places: { layers: LAYERS },
  tiers: {
    layers: [LAYERS[0], LAYERS[1], LAYERS[3], LAYERS[7]] as NonNullable<AppConfigOptions['layers']>,
    tenantIdPattern: /^.{1,64}$/s,
  },
}

/** Whether a tenant of this id may be served at all. */
export function isServable(shape: Shape, tenant: Tenant | null): boolean {
  return shape === 'tiers' || tenant === null || IDS.includes(tenant.id)
}

/** The places of a tenant, highest first; without one, where nobody's name stands in the place. */
export function placesOf(shape: Shape, application: string, tenant: Tenant | null): Place[] {
  if (tenant === null) return [`${application}/${OPS}/ops`]
  const { id, tier, cell, attributes } = tenant
  const own = [
    `${application}/${OPS}/everyones#${id}`,
    `${application}/${cell}/${shardOf(tenant)}#${id}`,
    `${application}/${cell}/sections#${id}`,
  ]
  return [
    `${application}/${OPS}/ops`,
    ...(shape === 'places' ? own : []),
    `${application}/${cell}/region-${attributes?.['region']}`,
    ...(shape === 'places' ? [`${application}/${cell}/tenant-${id}`] : []),
    `${application}/${cell}/tier-${tier}`,
    `${application}/${cell}/default`,
  ]
}

/** The document of a place. */
export function documentOf(place: Place): string {
  return place.split('#')[0] as string
}

/** Two flags whose variants say who a tenant is, and where its request comes from. */
export const DEFAULTS: JsonObject = {
  who: {
    _variants: [
      ...ALL_IDS.flatMap((id) =>
        TIERS.map((tier) => ({
          name: nameOf({ id, tier }),
          enabled: true,
          rule: `(and (eq $tenantId ${inRule(id)}) (eq $tier "${tier}"))`,
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

/** The variant of `who` for a tenant. */
export function nameOf(tenant: Pick<Tenant, 'id' | 'tier'> | null): string {
  return tenant === null ? 'nobody' : `tenant ${ALL_IDS.indexOf(tenant.id)} ${tenant.tier}`
}

function inRule(text: string): string {
  return `"${text.replaceAll('\u0000', '\\0')}"`
}
