/**
 * What a step did, and why.
 *
 * @module
 */
import type { CellJudgement } from './cells/cell-judgement.ts'
import type { Cell, LeftCell } from './cells/decision.ts'

/** How a step ended. */
export type Outcome =
  /** One thing was changed; the next step may come at once. */
  | 'changed'
  /** Something goes on by itself; step again later. */
  | 'waiting'
  /** Somebody else's deployment is in the way, of going out or of going back; step again later. */
  | 'busy'
  /** AppConfig did not answer for every cell, or the gate's counts cannot be read; step again later. */
  | 'unreachable'
  /** The plan or the gate holds here, or the last wave that was asked for is complete. */
  | 'holding'
  /** Every cell has the version. */
  | 'complete'
  /** AppConfig or the preflight said no: a validator, an alarm, a limit. */
  | 'refused'
  /** The rollout has failed, and the plan says `onFailure: stop`. */
  | 'stopped'
  /** No cell has the version that should not have it. */
  | 'taken-back'
  /** Some cells still have the version; `left` says which, and why. */
  | 'not-taken-back'

/** One step of a rollout. */
export interface Step {
  readonly outcome: Outcome
  /** What was changed, as a sentence; undefined if nothing was. */
  readonly did: string | undefined
  /** The reason, as a sentence. */
  readonly why: string
  /** When the next step can do something, in milliseconds since the epoch, if that is known. */
  readonly untilMs: number | undefined
  /** All cells in the order of the plan, as they were before the change. */
  readonly cells: readonly Cell[]
  /** The cells that could not be taken back. */
  readonly left: readonly LeftCell[]
  /** What the gate says about the cells that it watches now; empty without a gate. */
  readonly judged: readonly CellJudgement[]
}

/** Makes a step in which nothing was changed. */
export function unchanged(outcome: Outcome, why: string, cells: readonly Cell[], untilMs?: number): Step {
  return { outcome, did: undefined, why, untilMs, cells, left: [], judged: [] }
}

/** Makes a step in which one thing was changed. */
export function changed(did: string, why: string, cells: readonly Cell[]): Step {
  return { outcome: 'changed', did, why, untilMs: undefined, cells, left: [], judged: [] }
}
