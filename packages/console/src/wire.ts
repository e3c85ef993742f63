/**
 * What the page and its server tell each other, as JSON.
 *
 * Types only: both sides import them, and each runs without the other.
 *
 * @module
 */

/** A tenant as it is typed into the page. */
export interface AskedTenant {
  readonly id: string
  readonly tier?: string
  readonly cell?: string
  readonly attributes?: Readonly<Record<string, string | number | boolean>>
}

/** A request that is imagined: its tenant, null for none, and its context. */
export interface Subject {
  readonly tenant: AskedTenant | null
  readonly context: Readonly<Record<string, string | number | boolean>>
}

/** A document and its state. Times are milliseconds since the epoch, on the clock of the client. */
export interface ShownDocument {
  /** `application/environment/profile`. */
  readonly name: string
  readonly status: string
  /** The version's label, or its revision. */
  readonly version: string | undefined
  readonly receivedAtMs: number | undefined
  readonly checkedAtMs: number | undefined
  readonly restoredFromMs: number | undefined
  readonly problem: { readonly code: string; readonly message: string; readonly atMs: number } | undefined
}

/** An entry of a deployment's event log. */
export interface ShownEvent {
  readonly type: string
  readonly triggeredBy: string
  readonly description: string
  readonly occurredAt: string | undefined
}

/** A deployment. */
export interface ShownDeployment {
  /** Names it among all that are shown. */
  readonly id: string
  /** `application/environment/profile`. */
  readonly document: string
  readonly number: number
  /** The version's label, or its number. */
  readonly version: string
  readonly state: string
  readonly percentage: number
  readonly startedAt: string | undefined
  readonly completedAt: string | undefined
  /** Newest first. */
  readonly events: readonly ShownEvent[]
}

/** Decisions about a flag that were alike. */
export interface ShownDecision {
  readonly flag: string
  /** Undefined for what is no flag. */
  readonly outcome: 'on' | 'off' | undefined
  readonly variant: string | undefined
  readonly reason: string
  readonly layer: string | undefined
  readonly version: string | undefined
  /** As the client names it: by a hash, unless it was told otherwise. */
  readonly tenant: string | undefined
  /** As JSON; undefined where values are not shown. */
  readonly value: string | undefined
  /** How often, since the page was opened. */
  readonly times: number
  /** When it was last, on the client's clock. */
  readonly atMs: number
}

/** What may be done to a deployment. */
export type DeploymentAction = 'stop' | 'revert'

/** A cell of a rollout: one environment. */
export interface ShownCell {
  readonly name: string
  /** `to-do`, `under-way`, `done` and others: what it is to the rollout. */
  readonly state: string
  /** Of this version or, where that was never deployed, of what is in its way. */
  readonly deployment: number | undefined
  readonly deploymentState: string | undefined
  readonly version: string | undefined
  /** The version before it. */
  readonly before: string | undefined
  /** While it is deployed, or rolled back. */
  readonly percentage: number | undefined
  /** Why it could not be looked at. */
  readonly problem: string | undefined
}

/** A version on its way through waves of environments. */
export interface ShownRollout {
  readonly profile: string
  readonly label: string
  readonly waves: readonly { readonly name: string; readonly cells: readonly ShownCell[] }[]
}

/** Everything but the tenants. */
export interface State {
  readonly title: string
  /** The time of the client's clock, which ages are counted from. */
  readonly nowMs: number
  /** Whether values of documents are shown. */
  readonly values: boolean
  /** Whether a cold tenant may be loaded. */
  readonly loadTenants: boolean
  /** Whether deployments may be stopped and reverted. */
  readonly actions: boolean
  readonly health: {
    readonly status: 'ok' | 'degraded' | 'unavailable'
    readonly documents: readonly ShownDocument[]
    readonly warmTenants: number
  }
  /** Undefined where the console was not told where deployments are. */
  readonly deployments: readonly ShownDeployment[] | undefined
  /** Why deployments could not be looked at. */
  readonly deploymentsProblem: string | undefined
  /** Undefined where the console was not told of any. */
  readonly rollouts: readonly ShownRollout[] | undefined
  /** Why rollouts could not be looked at. */
  readonly rolloutsProblem: string | undefined
  /** The newest first; undefined where they are not shown. */
  readonly decisions: readonly ShownDecision[] | undefined
}

/** A layer of a tenant's configuration. */
export interface ShownLayer {
  /** `application/environment/profile`, with `#section` for a section. */
  readonly name: string
  readonly status: string
  readonly version: string | undefined
  readonly isHeldBack: boolean
  readonly optional: boolean
  readonly variants: string
  readonly problem: string | undefined
}

/** One key of the configuration, down to single values. */
export interface ShownKey {
  readonly key: string
  /** As JSON; without values, its kind. */
  readonly value: string
  readonly layer: string
  readonly version: string | undefined
}

/** A part of a rule and its result; null: it cannot be known. */
export interface ShownRule {
  readonly text: string
  readonly truth: boolean | null
  readonly because: string | undefined
  readonly parts: readonly ShownRule[]
}

/** A variant of a flag, and why it was chosen or not. */
export interface ShownVariant {
  readonly name: string
  readonly chosen: boolean
  readonly reason: string
  /** Undefined where values are not shown, and where no rule was evaluated. */
  readonly rule: ShownRule | undefined
}

/** A flag as the request would see it. */
export interface ShownFlag {
  readonly key: string
  readonly enabled: boolean
  readonly variant: string | undefined
  readonly layer: string
  readonly version: string | undefined
  readonly variants: readonly ShownVariant[]
  /** What else is to be known of its variants. */
  readonly note: string | undefined
}

/** What one request would get, and from where. */
export interface Explanation {
  /** The tenant's id; null without a tenant. */
  readonly tenant: string | null
  /** `cold`: the client holds nothing of this tenant. */
  readonly state: 'warm' | 'cold'
  readonly isStale: boolean
  /** Why the newest versions are not in use. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  readonly layers: readonly ShownLayer[]
  readonly flags: readonly ShownFlag[]
  readonly keys: readonly ShownKey[]
  /** How many keys there are besides: more than a page can show. */
  readonly keysLeftOut: number
}

/** What several requests would get, and where they differ. */
export interface Comparison {
  readonly explanations: readonly Explanation[]
  /** The keys whose values are not the same for all; empty for one. */
  readonly differingKeys: readonly string[]
  readonly differingFlags: readonly string[]
}

/** Why something was not done. */
export interface Refusal {
  readonly code: string
  readonly message: string
}
