/**
 * The layers of one tenant: which documents, which sections, in which order.
 *
 * Every name that a function computed is checked here, and nowhere is a name used that was not.
 *
 * @module
 */
import { quoted, WiringError } from '../errors.ts'
import { type DocumentId, documentKey, documentName } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { Layer, LayerSpec } from './layer.ts'
import { checkComputedName } from './names.ts'

/** A layer with all its names known. */
export interface TenantLayer {
  readonly document: DocumentId
  readonly section: string | undefined
  readonly optional: boolean
  readonly pollIntervalSeconds: number | undefined
  /** Whether it is this tenant's alone: another tenant id would get another document or section. */
  readonly own: boolean
  /** Whether the document itself is this tenant's alone. */
  readonly ownDocument: boolean
}

/** The part of the options that says what a tenant's layers are. */
export interface LayerPlan {
  readonly application: string
  readonly environment: string | ((tenant: Tenant) => string)
  readonly layers: readonly LayerSpec[]
  /** Under which name a tenant asks its source, where that matters. */
  readonly entityOf?: ((tenant: Tenant) => string) | undefined
}

type Named = Omit<TenantLayer, 'own' | 'ownDocument'>

/** The documents every tenant has: these do not wait for one. */
export function sharedLayers(plan: LayerPlan): TenantLayer[] {
  const named = plan.layers.flatMap((spec) => {
    if (typeof spec === 'function') return []
    const { environment = plan.environment } = objectOf(spec)
    return typeof environment === 'function' ? [] : [name(plan, spec, environment, undefined)]
  })
  refuseDuplicates(named)
  return named.map((layer) => ({ ...layer, own: false, ownDocument: false }))
}

/** Whether some layer can only be known with a tenant. */
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
export function tenantLayers(plan: LayerPlan, tenant: Tenant | undefined): TenantLayer[] {
  if (tenant === undefined) return sharedLayers(plan)
  const layers = nameAll(plan, tenant)
  refuseDuplicates(layers.filter((layer) => layer !== undefined))
  // Layer functions are pure, so asking for a tenant of another id tells what depends on the id.
  const ofAnother = namesOfAnother(plan, tenant)
  const entity = plan.entityOf?.(tenant)
  return layers.flatMap((layer, at) => {
    if (layer === undefined) return []
    const other = ofAnother?.[at]
    const ownName = other === undefined || documentKey(layer.document) !== documentKey(other.document)
    const own = ownName || layer.section !== other.section
    if (entity === undefined) return [{ ...layer, own, ownDocument: ownName }]
    return [{ ...layer, own, ownDocument: true, document: { ...layer.document, entity } }]
  })
}

function nameAll(plan: LayerPlan, tenant: Tenant): (Named | undefined)[] {
  return plan.layers.map((spec) => {
    const computed = typeof spec === 'function'
    const layer = computed ? spec(tenant) : spec
    if (layer === undefined) return undefined
    const given = objectOf(layer)
    if (computed) checkComputedName('profile', given.profile)
    if (computed && given.environment !== undefined) checkComputedName('environment', given.environment)
    if (computed && given.application !== undefined) checkComputedName('application', given.application)
    const environment = given.environment ?? environmentOf(plan, tenant)
    return name(plan, layer, environment, tenant)
  })
}

function namesOfAnother(plan: LayerPlan, tenant: Tenant): (Named | undefined)[] | undefined {
  try {
    return nameAll(plan, { ...tenant, id: `${tenant.id}-0` })
  } catch {
    // It takes only ids it knows: then it does depend on them.
    return undefined
  }
}

function environmentOf({ environment }: LayerPlan, tenant: Tenant): string {
  return typeof environment === 'function'
    ? checkComputedName('environment', environment(tenant))
    : environment
}

function name(plan: LayerPlan, layer: Layer, environment: string, tenant: Tenant | undefined): Named {
  const {
    profile,
    application = plan.application,
    section,
    optional = false,
    pollIntervalSeconds,
  } = objectOf(layer)
  return {
    document: { application, environment, profile },
    section: section && tenant && checkComputedName('section', section(tenant)),
    optional,
    pollIntervalSeconds,
  }
}

function objectOf(layer: Layer): Exclude<Layer, string> {
  if (typeof layer === 'string') return { profile: layer }
  if (typeof layer === 'object' && layer !== null) return layer
  throw new WiringError(
    'LAYER_NAME_INVALID',
    `a layer function gave ${quoted(layer)}. Return a profile name, layer(…), or undefined for none`,
  )
}

function refuseDuplicates(layers: readonly Named[]): void {
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
