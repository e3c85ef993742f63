/**
 * A snapshot seen with one request's context.
 *
 * A flag's variant is chosen when it is asked for, once, whatever asks how often. The configuration as an object is
 * made when somebody reads it: plain and frozen, its flags as they were chosen, so that JSON, spread and
 * structuredClone show what the code branches on. All requests for which the same was chosen share that object. A
 * snapshot without variants is seen as it is and costs nothing.
 *
 * @module
 */
import { warnAlike } from '../flags/flag-warnings.ts'
import { indexOfChosen, servedAt, type Variant, type VariantFlags } from '../flags/variants.ts'
import { type JsonObject, type JsonValue, ownValue } from '../json.ts'
import type { RuleContext } from '../rules/operators.ts'
import { restamp } from '../snapshots/stamp.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** What a request adds to what its tenant is; undefined and null are as if left out. */
export type RequestContext = Readonly<Record<string, string | number | boolean | undefined | null>>

/** How requests see a snapshot with variants. */
interface Plan {
  readonly snapshot: JsonObject
  readonly flags: readonly (readonly [key: string, variants: readonly Variant[]])[]
  /** Where a flag stands among them. */
  readonly places: ReadonlyMap<string, number>
  /** Configurations by what was chosen; they go when the snapshot goes. */
  readonly outcomes: Map<string, JsonObject>
}

/** Of one snapshot; the oldest goes first. */
const MOST_OUTCOMES = 1000
const NOT_CHOSEN = -1

const plans = new WeakMap<object, Plan>()

/** Notes which flags of a snapshot have variants. */
export function withVariants<Snapshot extends JsonObject>(snapshot: Snapshot, flags: VariantFlags): Snapshot {
  if (flags.size > 0) {
    const places = new Map([...flags.keys()].map((key, at) => [key, at]))
    plans.set(snapshot, { snapshot, flags: [...flags], places, outcomes: new Map() })
  }
  return snapshot
}

/** Whether requests see the snapshot each in their own way. */
export function hasViews(snapshot: JsonValue): boolean {
  return planFor(snapshot) !== undefined
}

function planFor(snapshot: JsonValue): Plan | undefined {
  return typeof snapshot === 'object' && snapshot !== null ? plans.get(snapshot) : undefined
}

/** Tells views from configurations, also those of another copy of this code in the process. */
const IS_VIEW = Symbol.for('appconfig-kit.view')

export function isView(seen: unknown): seen is View {
  return typeof seen === 'object' && seen !== null && IS_VIEW in seen
}

/** One request's view of a snapshot with variants. */
export class View {
  readonly #plan: Plan
  readonly #tenant: Tenant | undefined
  readonly #given: RequestContext | undefined
  #context: RuleContext | undefined
  /** For each flag, the place of the variant that was chosen. */
  readonly #chosen: number[]
  #config: JsonObject | undefined

  constructor(plan: Plan, tenant: Tenant | undefined, given: RequestContext | undefined) {
    this.#plan = plan
    this.#tenant = tenant
    this.#given = given
    this.#chosen = new Array(plan.flags.length).fill(NOT_CHOSEN)
  }

  /** What a key holds for this request. */
  valueOf(key: string): JsonValue | undefined {
    const at = this.#plan.places.get(key)
    if (at === undefined) return ownValue(this.#plan.snapshot, key)
    return servedAt(this.#variantsAt(at), this.#choose(at))
  }

  /** The whole configuration. */
  get config(): JsonObject {
    if (this.#config !== undefined) return this.#config
    let outcome = ''
    for (let at = 0; at < this.#chosen.length; at++) outcome += `${this.#choose(at)},`
    this.#config = this.#plan.outcomes.get(outcome) ?? this.#make(outcome)
    return this.#config
  }

  #variantsAt(at: number): readonly Variant[] {
    return this.#plan.flags[at]?.[1] ?? []
  }

  #choose(at: number): number {
    const known = this.#chosen[at] as number
    if (known !== NOT_CHOSEN) return known
    this.#context ??= contextOf(this.#tenant, this.#given)
    const chosen = indexOfChosen(this.#variantsAt(at), this.#context)
    this.#chosen[at] = chosen
    return chosen
  }

  #make(outcome: string): JsonObject {
    const { snapshot, flags, outcomes } = this.#plan
    const config: Record<string, JsonValue> = { ...snapshot }
    for (const [at, [key, variants]] of flags.entries()) config[key] = servedAt(variants, this.#choose(at))
    warnAlike(config, snapshot)
    const made = restamp(Object.freeze(config), snapshot)
    const [oldest] = outcomes.keys()
    if (oldest !== undefined && outcomes.size >= MOST_OUTCOMES) outcomes.delete(oldest)
    outcomes.set(outcome, made)
    return made
  }
}

Object.defineProperty(View.prototype, IS_VIEW, { value: true })

/** How a request sees a snapshot; undefined for one that all see as it is. */
export function viewOf(
  snapshot: JsonValue,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): View | undefined {
  const plan = planFor(snapshot)
  return plan && new View(plan, tenant, context)
}

/** What says who the tenant is: no request can set these. */
export const RESERVED_KEYS: readonly string[] = ['tenantId', 'tier', 'cell']

/**
 * What rules look at. The tenant is who it is: a request can't claim to be another's, nor supply an attribute that the
 * tenant names without a value. Written key by key, on the path of every request: a spread costs twenty times as much.
 */
export function contextOf(tenant: Tenant | undefined, context: RequestContext | undefined): RuleContext {
  const bound: Record<string, unknown> = {}
  if (context !== undefined) bind(bound, context)
  if (tenant?.attributes !== undefined) bind(bound, tenant.attributes)
  bound['tenantId'] = tenant?.id
  bound['tier'] = tenant?.tier
  bound['cell'] = tenant?.cell
  return bound as RuleContext
}

function bind(bound: Record<string, unknown>, values: Readonly<Record<string, unknown>>): void {
  const keys = Object.keys(values)
  for (let at = 0; at < keys.length; at++) {
    const key = keys[at] as string
    // An assignment to `__proto__` would be none; no rule of anybody's looks at it.
    if (key !== 'tenantId' && key !== 'tier' && key !== 'cell' && key !== '__proto__')
      bound[key] = values[key]
  }
}
