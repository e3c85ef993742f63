/**
 * A snapshot seen with one request's context.
 *
 * Variants are chosen when first looked at, once, whatever is looked at how often: the keys of such
 * flags are the view's own, enumerable, memoising getters, so JSON, spread and structuredClone show
 * what the code branches on. A snapshot without variants is its own view and costs nothing.
 *
 * To make a view costs much more than to choose a variant, so views are shared: by all requests whose
 * contexts agree in what the rules of the snapshot look at. For the same reason the views of a snapshot
 * share their getters, which find by `this` whose view it is: with getters of its own each would be of
 * another shape to the engine.
 *
 * @module
 */
import { warnAlike } from '../flags/flag-warnings.ts'
import { chooseVariant, type VariantFlags } from '../flags/variants.ts'
import type { JsonObject, JsonValue } from '../json.ts'
import type { RuleContext } from '../rules/operators.ts'
import { restamp } from '../snapshots/stamp.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What a request adds to what its tenant is; undefined and null are as if left out. */
export type RequestContext = Readonly<Record<string, string | number | boolean | undefined | null>>

/** How to make views of a snapshot. */
interface Plan {
  /** By what the rules look at; they go when the snapshot goes. */
  readonly views: Map<string, JsonObject>
  readonly values: readonly (readonly [key: string, value: JsonValue])[]
  readonly variants: readonly (readonly [key: string, descriptor: PropertyDescriptor])[]
  /** What the rules look at. */
  readonly keys: readonly string[]
}

/** Whose eyes a view is seen with, and what was chosen so far. */
interface Sight {
  readonly context: RuleContext
  readonly chosen: (JsonObject | undefined)[]
}

/** Of one snapshot; the oldest goes first. */
const MOST_VIEWS = 1000
/** What is longer is one request's alone: a stranger's texts are not to be kept. */
const LONGEST_NAME = 256

const plans = new WeakMap<object, Plan>()
const sights = new WeakMap<object, Sight>()
/** Views are kept from their second request on: most that look at a user's id would be kept in vain. */
const SEEN_ONCE: JsonObject = {}

/** Notes which flags of a snapshot have variants. */
export function withVariants<Snapshot extends JsonObject>(snapshot: Snapshot, flags: VariantFlags): Snapshot {
  if (flags.size > 0) plans.set(snapshot, planOf(snapshot, flags))
  return snapshot
}

/** Whether requests see the snapshot each in their own way. */
export function hasViews(snapshot: JsonValue): boolean {
  return planFor(snapshot) !== undefined
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
  return { views: new Map(), values, variants, keys }
}

/** An object that has a view as its prototype sees what the view does. */
function sightOf(object: object | null): Sight {
  for (let each = object; each !== null; each = Object.getPrototypeOf(each)) {
    const sight = sights.get(each)
    if (sight) return sight
  }
  return { context: {}, chosen: [] }
}

/** What a request sees of a snapshot that other requests may be served, too. */
export function viewOf(
  snapshot: JsonValue,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): JsonValue {
  const plan = planFor(snapshot)
  if (plan === undefined) return snapshot
  let name = ''
  for (const key of plan.keys) name += `,${printValue(valueFor(key, tenant, context))}`
  const known = plan.views.get(name)
  if (known !== undefined && known !== SEEN_ONCE) return known
  const view = makeView(plan, snapshot as JsonObject, contextOf(tenant, context))
  if (name.length <= LONGEST_NAME) keep(plan.views, name, known === undefined ? SEEN_ONCE : view)
  return view
}

function keep(views: Map<string, JsonObject>, name: string, view: JsonObject): void {
  const [oldest] = views.keys()
  if (oldest !== undefined && views.size >= MOST_VIEWS) views.delete(oldest)
  views.set(name, view)
}

/** What a request sees of a snapshot that is its own: nobody else would find the view. */
export function ownViewOf(snapshot: JsonValue, context: RuleContext): JsonValue {
  const plan = planFor(snapshot)
  return plan === undefined ? snapshot : makeView(plan, snapshot as JsonObject, context)
}

function planFor(snapshot: JsonValue): Plan | undefined {
  return typeof snapshot === 'object' && snapshot !== null ? plans.get(snapshot) : undefined
}

/** Texts in quotes, so that no two values look the same; what rules can't look into, all alike. */
function printValue(value: unknown): string {
  if (value === NOT_THERE) return ''
  if (typeof value === 'string') return JSON.stringify(value)
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '?'
}

function makeView({ values, variants }: Plan, snapshot: JsonObject, context: RuleContext): JsonObject {
  const view: Record<string, JsonValue> = {}
  for (const [key, value] of values) view[key] = value
  for (const [key, descriptor] of variants) Object.defineProperty(view, key, descriptor)
  sights.set(view, { context, chosen: [] })
  warnAlike(view, snapshot)
  return restamp(Object.freeze(view), snapshot)
}

/** What says who the tenant is: no request can set these. */
export const RESERVED_KEYS: readonly string[] = ['tenantId', 'tier', 'cell']

/** What rules look at. What the tenant is comes last: a request can't claim to be another's. */
export function contextOf(tenant: Tenant | undefined, context: RequestContext = {}): RuleContext {
  const keys = [...Object.keys(context), ...Object.keys(tenant?.attributes ?? {}), ...RESERVED_KEYS]
  // Without a prototype `__proto__` is a key like any other.
  const bound: Record<string, string | number | boolean> = Object.create(null)
  for (const key of keys) {
    const value = valueFor(key, tenant, context)
    if (value !== NOT_THERE) bound[key] = value
  }
  return bound
}

const NOT_THERE = Symbol('not there')

function valueFor(
  key: string,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): string | number | boolean | typeof NOT_THERE {
  if (key === 'tenantId') return tenant?.id ?? NOT_THERE
  if (key === 'tier' || key === 'cell') return tenant?.[key] ?? NOT_THERE
  const { attributes } = tenant ?? {}
  // An attribute without a value is the tenant's all the same: a request can't supply it.
  if (attributes && Object.hasOwn(attributes, key)) return attributes[key] ?? NOT_THERE
  if (context && Object.hasOwn(context, key)) return context[key] ?? NOT_THERE
  return NOT_THERE
}
