/**
 * The layers of one tenant: which documents, which sections, in which order.
 *
 * Every name that a function computed is checked here, before any use.
 *
 * @module
 */
import { quoted, shapeOf, WiringError } from '../errors.ts'
import { sharedList } from '../shared-list.ts'
import { documentKey, documentName } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { isPollInterval, type Layer, type LayerSpec } from './layer.ts'
import { checkComputedName } from './names.ts'
import { shareLayer } from './share-layers.ts'
import { type DocumentScope, isItsOwnDocument, isOwn, type TenantLayer } from './tenant-layer.ts'

/** The options that define the layers of tenants. */
export interface LayerPlan {
  readonly application: string
  readonly environment: string | ((tenant: Tenant) => string)
  readonly layers: readonly LayerSpec[]
  /** The `Entity-Id` of a tenant, for sources that use one. */
  readonly entityOf?: ((tenant: Tenant) => string) | undefined
}

const EVERYONES = { scope: 'everyone', isWritten: true } as const

/** The layers that are the same for all tenants, each at its place; undefined at the others. */
function fixedLayers(plan: LayerPlan): readonly (TenantLayer | undefined)[] {
  let fixed = fixedByPlan.get(plan)
  if (fixed === undefined) {
    fixed = plan.layers.map((spec) => {
      if (typeof spec === 'function') return undefined
      const { section, environment = plan.environment } = objectOf(spec)
      if (section !== undefined || typeof environment === 'function') return undefined
      return name(plan, spec, environment, undefined, EVERYONES)
    })
    fixedByPlan.set(plan, fixed)
  }
  return fixed
}

/** All tenants share these layer objects: there may be 100,000 tenants. */
const fixedByPlan = new WeakMap<LayerPlan, readonly (TenantLayer | undefined)[]>()

/** The layers that need no tenant. */
export function sharedLayers(plan: LayerPlan): TenantLayer[] {
  const fixed = fixedLayers(plan)
  const layers = plan.layers.flatMap((spec, at) => {
    if (typeof spec === 'function') return []
    const { environment = plan.environment } = objectOf(spec)
    if (typeof environment === 'function') return []
    return [fixed[at] ?? name(plan, spec, environment, undefined, EVERYONES)]
  })
  refuseDuplicates(layers)
  return layers
}

/** Whether some layer depends on the tenant. */
export function needsTenant({ environment, layers }: LayerPlan): boolean {
  return layers.some((spec) => {
    if (typeof spec === 'function') return true
    const layer = objectOf(spec)
    return (
      layer.section !== undefined || (layer.environment === undefined && typeof environment === 'function')
    )
  })
}

/**
 * All layers of a tenant, lowest first; without a tenant, those that need none.
 *
 * @throws {WiringError} `LAYER_NAME_INVALID`, or `LAYER_DUPLICATE` where two layers are one document.
 */
export function tenantLayers(plan: LayerPlan, tenant: Tenant | undefined): readonly TenantLayer[] {
  if (tenant === undefined) return sharedLayers(plan)
  // Layer functions are pure: the layers of another tenant id show what depends on the id.
  const ofAnother = namesOfAnother(plan, tenant)
  const layers = nameAll(plan, tenant, ofAnother)
  refuseDuplicates(layers)
  const entity = plan.entityOf?.(tenant)
  if (entity === undefined) return layers
  return layers.map((layer) => ({ ...layer, document: { ...layer.document, entity } }))
}

function nameAll(
  plan: LayerPlan,
  tenant: Tenant,
  ofAnother: readonly (string | undefined)[] | undefined,
): readonly TenantLayer[] {
  const fixed = fixedLayers(plan)
  const layers: TenantLayer[] = []
  for (const [at, spec] of plan.layers.entries()) {
    const layer = fixed[at] ?? nameOne(plan, spec, tenant, (key) => scopeOf(key, ofAnother?.[at]))
    if (layer === undefined) continue
    layers.push(isItsOwnDocument(layer) ? layer : shareLayer(plan, layer))
  }
  // `push` leaves room for sixteen more entries, `slice` none.
  return layers.some(isOwn) ? layers.slice() : sharedList(layers.slice())
}

/** @param scopeOfKey the scope of a document with a computed name, by its key. */
function nameOne(
  plan: LayerPlan,
  spec: LayerSpec,
  tenant: Tenant,
  scopeOfKey: (key: string) => DocumentScope,
): TenantLayer | undefined {
  const computed = typeof spec === 'function'
  const layer = computed ? spec(tenant) : spec
  if (layer === undefined) return undefined
  const given = objectOf(layer)
  if (computed) {
    checkComputedName('profile', given.profile, tenant)
    if (given.environment !== undefined) checkComputedName('environment', given.environment, tenant)
    if (given.application !== undefined) checkComputedName('application', given.application, tenant)
    checkInterval(given)
  }
  const isComputed = computed || (given.environment === undefined && typeof plan.environment === 'function')
  const environment = given.environment ?? environmentOf(plan, tenant)
  const { profile, application = plan.application } = given
  const scope = isComputed ? scopeOfKey(documentKey({ application, environment, profile })) : 'everyone'
  return name(plan, layer, environment, tenant, { scope, isWritten: !computed })
}

function scopeOf(key: string, ofAnother: string | undefined): DocumentScope {
  return key === ofAnother ? 'group' : 'tenant'
}

/** The documents of the layers of a tenant with another id, each at its layer's place. */
function namesOfAnother(plan: LayerPlan, tenant: Tenant): (string | undefined)[] | undefined {
  const fixed = fixedLayers(plan)
  try {
    const another = { ...tenant, id: `${tenant.id}-0` }
    return plan.layers.map((spec, at) => {
      const layer = fixed[at] ?? nameOne(plan, spec, another, () => 'tenant')
      return layer && documentKey(layer.document)
    })
  } catch {
    // The function takes known ids only, so its layers depend on the id.
    return undefined
  }
}

function environmentOf({ environment }: LayerPlan, tenant: Tenant): string {
  return typeof environment === 'function'
    ? checkComputedName('environment', environment(tenant), tenant)
    : environment
}

function name(
  plan: LayerPlan,
  layer: Layer,
  environment: string,
  tenant: Tenant | undefined,
  { scope, isWritten }: Pick<TenantLayer, 'scope' | 'isWritten'>,
): TenantLayer {
  const {
    profile,
    application = plan.application,
    section,
    optional = false,
    pollIntervalSeconds,
    content = 'object',
  } = objectOf(layer)
  return {
    document: { application, environment, profile },
    section: section && tenant && checkComputedName('section', section(tenant), tenant),
    isWithheld: section !== undefined && tenant === undefined,
    optional,
    pollIntervalSeconds,
    content,
    scope,
    isWritten,
  }
}

/** Checks a computed interval: it may come from a missing environment variable. */
function checkInterval({ profile, pollIntervalSeconds }: Exclude<Layer, string>): void {
  if (pollIntervalSeconds === undefined || isPollInterval(pollIntervalSeconds)) return
  throw new WiringError(
    'OPTIONS_INVALID',
    `a layer function gave the profile ${quoted(profile)} the pollIntervalSeconds ${quoted(pollIntervalSeconds)}. Give a whole number from 15 to 86400, or leave it out`,
  )
}

function objectOf(layer: Layer): Exclude<Layer, string> {
  if (typeof layer === 'string') return { profile: layer }
  if (typeof layer === 'object' && layer !== null) return layer
  throw new WiringError(
    'LAYER_NAME_INVALID',
    `a layer function gave ${shapeOf(layer)}. Return a profile name, layer(…), or undefined for none`,
  )
}

function refuseDuplicates(layers: readonly TenantLayer[]): void {
  const seen = new Set<string>()
  for (const { document } of layers) {
    const key = documentKey(document)
    if (seen.has(key)) {
      throw new WiringError(
        'LAYER_DUPLICATE',
        `two layers are the document ${documentName(document)}: one of them computed a name that belongs to the other. Give tenant-named profiles a prefix that no other profile has`,
      )
    }
    seen.add(key)
  }
}
