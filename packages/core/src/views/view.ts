/**
 * A snapshot seen with one request's context.
 *
 * A flag's variant is chosen when it is asked for, once, whatever asks how often. The configuration as an object is
 * made when somebody reads it: plain and frozen, its flags as they were chosen, so that JSON, spread and
 * structuredClone show what the code branches on. Requests for which the same was chosen share that object. A
 * snapshot without variants is seen as it is and costs nothing.
 *
 * @module
 */
import { type Choice, indexOfChosen, servedAt, type VariantFlags } from '../flags/variants.ts'
import { type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { Facts } from '../rules/facts.ts'
import type { Tenant } from '../tenants/tenant.ts'
import { Pace, type Steps } from '../turns.ts'
import { type FlagChoices, indexOfChosenAmong, type Results, rulePlaces } from './all-flags.ts'
import type { RequestContext } from './context.ts'
import { createOutcomes, type Outcomes } from './outcomes.ts'

/** How requests see a snapshot with variants. */
interface Plan {
  readonly snapshot: JsonObject
  readonly flags: readonly FlagChoices[]
  /** Where a flag stands among them. */
  readonly places: ReadonlyMap<string, number>
  /** Configurations by what was chosen, once one was read; they go when the snapshot goes. */
  outcomes: Outcomes | undefined
}

const NONE = -1

const plans = new WeakMap<object, Plan>()

/** Notes which flags of a snapshot have variants, in steps. */
export function* withVariants(snapshot: JsonObject, variants: VariantFlags): Steps<JsonObject> {
  if (variants.size === 0) return snapshot
  // Member by member: what a spread begins gets a hidden class of its own, and there may be one for each tenant.
  const { flags, places } = yield* placesOf(variants)
  plans.set(snapshot, { snapshot, flags, places, outcomes: undefined })
  return snapshot
}

type Places = Pick<Plan, 'flags' | 'places'>

/** The snapshots of thousands of tenants have the very same flags. */
const placesByFlags = new WeakMap<VariantFlags, Places>()

function* placesOf(variants: VariantFlags): Steps<Places> {
  const known = placesByFlags.get(variants)
  if (known) return known
  const flags: FlagChoices[] = []
  const placeRules = rulePlaces()
  const places = new Map<string, number>()
  const pace = new Pace()
  for (const [key, choices] of variants) {
    places.set(key, flags.length)
    flags.push({ key, variants: choices, rules: placeRules(choices) })
    if (pace.isDue()) yield
  }
  const made = { flags, places }
  placesByFlags.set(variants, made)
  return made
}

/** Whether requests see the snapshot each in their own way. */
export function hasViews(snapshot: JsonValue): boolean {
  return planFor(snapshot) !== undefined
}

function planFor(snapshot: JsonValue): Plan | undefined {
  return typeof snapshot === 'object' && snapshot !== null ? plans.get(snapshot) : undefined
}

/** Tells views from configurations, also those of another copy of this code in the process. */
export const VIEW: unique symbol = Symbol.for('appconfig-kit.view')

/** Whether it is a view and not a configuration. */
export function isView(seen: unknown): seen is View {
  return typeof seen === 'object' && seen !== null && VIEW in seen
}

/** A snapshot as one request sees it. */
export interface View {
  /** The snapshot that is seen. */
  readonly snapshot: JsonObject
  /** The whole configuration. */
  readonly config: JsonObject
  /** What a key holds for this request. */
  valueOf(key: string): JsonValue | undefined
  /** How the variant of a flag was chosen; undefined for a key without rules. */
  choiceOf(key: string): Choice | undefined
  /** The same snapshot, seen with more context: what the tenant and the request say stays as it is. */
  withContext(more: RequestContext): View
}

/** A view of a snapshot with variants. Most requests ask it for one flag: it holds no more than that takes. */
class VariantsView implements View {
  readonly #plan: Plan
  readonly #tenant: Tenant | undefined
  readonly #given: RequestContext | undefined
  #facts: Facts | undefined
  /** The place of the flag that was asked for first, and of the variant it has. */
  #first = NONE
  #chosenFirst = NONE
  /** For each flag, the place of its variant: for those who ask for more than one. */
  #chosen: number[] | undefined
  #config: JsonObject | undefined

  constructor(plan: Plan, tenant: Tenant | undefined, given: RequestContext | undefined) {
    this.#plan = plan
    this.#tenant = tenant
    this.#given = given
  }

  get snapshot(): JsonObject {
    return this.#plan.snapshot
  }

  valueOf(key: string): JsonValue | undefined {
    const at = this.#plan.places.get(key)
    if (at === undefined) return ownValue(this.#plan.snapshot, key)
    const { variants } = this.#plan.flags[at] as FlagChoices
    return servedAt(variants, this.#choose(at))
  }

  choiceOf(key: string): Choice | undefined {
    const at = this.#plan.places.get(key)
    if (at === undefined) return undefined
    const { variants } = this.#plan.flags[at] as FlagChoices
    const chosen = variants[this.#choose(at)]
    if (chosen === undefined) return 'off'
    if (chosen.rule !== undefined) return chosen.isSplit ? 'split' : 'rule'
    return variants.length === 1 ? 'only' : 'default'
  }

  withContext(more: RequestContext): View {
    return new VariantsView(this.#plan, this.#tenant, { ...more, ...this.#given })
  }

  get config(): JsonObject {
    const plan = this.#plan
    plan.outcomes ??= createOutcomes(plan.snapshot, plan.flags)
    this.#config ??= plan.outcomes.of(this.#chooseAll())
    return this.#config
  }

  #choose(at: number): number {
    if (at === this.#first) return this.#chosenFirst
    const known = this.#chosen?.[at] ?? NONE
    if (known !== NONE) return known
    this.#facts ??= Facts.ofRequest(this.#tenant, this.#given)
    const { variants } = this.#plan.flags[at] as FlagChoices
    const chosen = indexOfChosen(variants, this.#facts)
    if (this.#first === NONE) {
      this.#first = at
      this.#chosenFirst = chosen
    } else {
      this.#chosen ??= new Array<number>(this.#plan.flags.length).fill(NONE)
      this.#chosen[at] = chosen
    }
    return chosen
  }

  #chooseAll(): readonly number[] {
    const { flags } = this.#plan
    this.#facts ??= Facts.ofRequest(this.#tenant, this.#given)
    if (flags.length > 1) this.#facts.takeNotes()
    const all = this.#chosen ?? new Array<number>(flags.length).fill(NONE)
    if (this.#first !== NONE) all[this.#first] = this.#chosenFirst
    const results: Results = []
    for (let at = 0; at < flags.length; at++)
      if (all[at] === NONE) all[at] = indexOfChosenAmong(flags[at] as FlagChoices, this.#facts, results)
    this.#chosen = all
    return all
  }
}

Object.defineProperty(VariantsView.prototype, VIEW, { value: true })

/** How a request sees a snapshot; undefined for one that all see as it is. */
export function viewOf(
  snapshot: JsonValue,
  tenant: Tenant | undefined,
  context: RequestContext | undefined,
): View | undefined {
  const plan = planFor(snapshot)
  return plan && new VariantsView(plan, tenant, context)
}
