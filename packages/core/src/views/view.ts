/**
 * A snapshot seen with one request's context.
 *
 * Variants are chosen when first looked at, once, whatever is looked at how often: the keys of such
 * flags are the view's own, enumerable, memoising getters, so JSON, spread and structuredClone show
 * what the code branches on. A snapshot without variants is its own view and costs nothing.
 *
 * @module
 */
import { chooseVariant, type Variant, type VariantFlags } from '../flags/variants.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { RuleContext } from '../rules/operators.ts'
import { restamp } from '../snapshots/stamp.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What a request adds to what its tenant is. */
export type RequestContext = Readonly<Record<string, string | number | boolean>>

const variantFlags = new WeakMap<object, VariantFlags>()

/** Notes which flags of a snapshot have variants. */
export function withVariants<Snapshot extends object>(snapshot: Snapshot, flags: VariantFlags): Snapshot {
  if (flags.size > 0) variantFlags.set(snapshot, flags)
  return snapshot
}

/** What a request sees of a snapshot. */
export function viewOf(
  snapshot: JsonValue,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): JsonValue {
  const flags = typeof snapshot === 'object' && snapshot !== null ? variantFlags.get(snapshot) : undefined
  if (flags === undefined) return snapshot
  const bound = contextOf(tenant, context)
  const view: Record<string, JsonValue> = {}
  for (const [key, value] of Object.entries(snapshot as JsonObject)) {
    const variants = flags.get(key)
    if (variants === undefined) view[key] = value
    else Object.defineProperty(view, key, { enumerable: true, get: choosingOnce(variants, bound) })
  }
  return restamp(Object.freeze(view), snapshot as JsonObject)
}

function choosingOnce(variants: readonly Variant[], context: RuleContext): () => JsonObject {
  let chosen: JsonObject | undefined
  return () => (chosen ??= chooseVariant(variants, context))
}

/** What says who the tenant is: no request can set these. */
export const RESERVED_KEYS: readonly string[] = ['tenantId', 'tier', 'cell']

/** What rules look at. What the tenant is comes last: a request can't claim to be another's. */
export function contextOf(tenant: Tenant | undefined, context: RequestContext | undefined): RuleContext {
  const { id: tenantId, tier, cell, attributes } = tenant ?? {}
  const bound: Record<string, string | number | boolean> = { ...context, ...attributes }
  for (const [key, value] of Object.entries({ tenantId, tier, cell })) {
    if (value === undefined) delete bound[key]
    else bound[key] = value
  }
  return bound
}
