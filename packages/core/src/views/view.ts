/**
 * A snapshot seen with one request's context.
 *
 * Variants are chosen when first looked at, once, whatever is looked at how often: the keys of such
 * flags are the view's own, enumerable, memoising getters, so JSON, spread and structuredClone show
 * what the code branches on. A snapshot without variants is its own view and costs nothing.
 *
 * A request whose own context no rule looks at gets the view all requests of its tenant share. All views
 * of a snapshot share their getters, which find by `this` whose view it is: with a getter of its
 * own each view would be of another shape to the engine, and cost many times as much.
 *
 * @module
 */
import { chooseVariant, type VariantFlags } from '../flags/variants.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { RuleContext } from '../rules/operators.ts'
import { restamp } from '../snapshots/stamp.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What a request adds to what its tenant is. */
export type RequestContext = Readonly<Record<string, string | number | boolean>>

/** How to make views of a snapshot. */
interface Plan {
  readonly values: readonly (readonly [key: string, value: JsonValue])[]
  readonly variants: readonly (readonly [key: string, descriptor: PropertyDescriptor])[]
  /** What the rules look at. */
  readonly keys: readonly string[]
  /** By tenant: the view of requests that have nothing to add. */
  readonly shared: WeakMap<object, JsonObject>
}

/** Whose eyes a view is seen with, and what was chosen so far. */
interface Sight {
  readonly context: RuleContext
  readonly chosen: (JsonObject | undefined)[]
}

/** Stands for no tenant. */
const NOBODY = {}

const plans = new WeakMap<object, Plan>()
const sights = new WeakMap<object, Sight>()

/** Notes which flags of a snapshot have variants. */
export function withVariants<Snapshot extends JsonObject>(snapshot: Snapshot, flags: VariantFlags): Snapshot {
  if (flags.size > 0) plans.set(snapshot, planOf(snapshot, flags))
  return snapshot
}

function planOf(snapshot: JsonObject, flags: VariantFlags): Plan {
  const variants = [...flags].map(([key, choices], at) => {
    function get(this: object): JsonObject {
      const sight = sightOf(this)
      sight.chosen[at] ??= chooseVariant(choices, sight.context)
      return sight.chosen[at]
    }
    return [key, { enumerable: true, get }] as const
  })
  const values = Object.entries(snapshot).filter(([key]) => !flags.has(key))
  const rules = [...flags.values()].flat().flatMap(({ rule }) => rule ?? [])
  const keys = [...new Set(rules.flatMap((rule) => [...rule.keys]))]
  return { values, variants, keys, shared: new WeakMap() }
}

/** An object that has a view as its prototype sees what the view does. */
function sightOf(object: object | null): Sight {
  for (let each = object; each !== null; each = Object.getPrototypeOf(each)) {
    const sight = sights.get(each)
    if (sight) return sight
  }
  return { context: {}, chosen: [] }
}

/**
 * What a request sees of a snapshot.
 *
 * @param tenant the same object for all requests of a tenant.
 */
export function viewOf(
  snapshot: JsonValue,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): JsonValue {
  const plan = typeof snapshot === 'object' && snapshot !== null ? plans.get(snapshot) : undefined
  if (plan === undefined) return snapshot
  if (context && plan.keys.some((key) => Object.hasOwn(context, key)))
    return makeView(plan, snapshot as JsonObject, contextOf(tenant, context))
  let view = plan.shared.get(tenant ?? NOBODY)
  if (view === undefined) {
    view = makeView(plan, snapshot as JsonObject, contextOf(tenant, undefined))
    plan.shared.set(tenant ?? NOBODY, view)
  }
  return view
}

function makeView({ values, variants }: Plan, snapshot: JsonObject, context: RuleContext): JsonObject {
  const view: Record<string, JsonValue> = {}
  for (const [key, value] of values) view[key] = value
  for (const [key, descriptor] of variants) Object.defineProperty(view, key, descriptor)
  sights.set(view, { context, chosen: [] })
  return restamp(Object.freeze(view), snapshot)
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
