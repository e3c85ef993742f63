/**
 * A plan: the waves through which a version goes.
 *
 * A plan holds no configuration, version or label, so it is reviewed once and used for every rollout.
 *
 * @module
 */

/** One environment, as a plan names it. */
export interface CellPlan {
  /** The environment; with another application, `application/environment`. Unique in a plan. */
  readonly name: string
  readonly application: string
  readonly environment: string
}

/** Cells that get a version at once. */
export interface WavePlan {
  readonly name: string
  readonly cells: readonly CellPlan[]
  readonly strategy: string
  /** From the completion of the wave's last deployment to the start of the next wave. */
  readonly soakMs: number
  /** Whether a run ends after this wave until it is told to go on. */
  readonly hold: boolean
  /** Whether this wave keeps the version when a later wave fails. */
  readonly keep: boolean
}

/** One kind of event whose rate is compared. */
export interface WatchPlan {
  readonly name: string
  readonly worse: 'more' | 'fewer'
  /** From 0 to 1. */
  readonly atMost: number | undefined
}

/** Where the counts of a gate come from. */
export type GateFrom = 'cloudwatch' | { readonly prometheus: { readonly url: string } }

/** How requests on the new version are compared with those on the old one. */
export interface GatePlan {
  /** For whoever makes the source of counts, such as the command; undefined leaves it to the caller. */
  readonly from: GateFrom | undefined
  readonly watch: readonly WatchPlan[]
  /** The chance that a version that is no worse is taken back, over the whole rollout; from 0 to 1. */
  readonly falseAlarms: number
  /** The least difference of rates that counts; from 0 to 1. */
  readonly leastDelta: number
  readonly whenUndecided: 'pass' | 'hold'
  readonly whenNoRequests: 'pass' | 'hold'
}

/** A plan that has been read and checked. */
export interface Plan {
  readonly application: string
  readonly profile: string
  readonly waves: readonly WavePlan[]
  readonly gate: GatePlan | undefined
  readonly onFailure: 'take-back' | 'stop'
}
