/**
 * Decisions: what a rollout may do next.
 *
 * @module
 */
import type { CellPlan, WavePlan } from '../plan/plan.ts'
import type { CellState } from './cell-state.ts'
import type { Deployment } from './deployment.ts'

/** A cell of the plan and its state. */
export interface Cell<State extends CellState = CellState> {
  readonly plan: CellPlan
  /** The index of its wave. */
  readonly wave: number
  readonly state: State
}

/** A cell whose state is of one of these kinds. */
export type CellOf<Kind extends CellState['kind']> = Cell<Extract<CellState, { readonly kind: Kind }>>

/** What to do next. */
export type Decision =
  /** Start a deployment in the first of these cells, after a look at all of them. */
  | { readonly kind: 'start'; readonly wave: WavePlan; readonly cells: readonly CellOf<'to-do'>[] }
  /** Something goes on by itself; `untilMs` where the time of its end is known. */
  | { readonly kind: 'wait'; readonly why: string; readonly untilMs: number | undefined }
  /** Somebody else's deployment is in the way. */
  | { readonly kind: 'busy'; readonly cell: Cell; readonly by: Deployment }
  /** Cells that could not be looked at. */
  | { readonly kind: 'unreachable'; readonly cells: readonly CellOf<'unknown'>[] }
  /** The run ends here until it is told to go on. */
  | {
      readonly kind: 'hold'
      readonly wave: WavePlan
      /** The next wave, where the plan holds before it or the run was told to end here. */
      readonly next: WavePlan | undefined
      /** The cells for which the gate holds, in words. */
      readonly undecided: readonly string[]
    }
  /** The gate's counts cannot be read, and the wave must not go on without them. */
  | { readonly kind: 'uncounted'; readonly why: string }
  | { readonly kind: 'complete' }
  /** The rollout has failed, and the plan says that people take it from here. */
  | { readonly kind: 'stopped'; readonly failed: readonly Cell[] }
  /** Take back one of these, the first if it can be. */
  | {
      readonly kind: 'take-back'
      readonly cells: readonly CellOf<'under-way' | 'done'>[]
      /** What the gate found; empty where it found nothing. */
      readonly worse: readonly string[]
    }
  /** Nothing can be taken back now: all of it was, or what is left cannot be, or not now. */
  | {
      readonly kind: 'back'
      readonly left: readonly LeftCell[]
      /** What the gate found; empty where it found nothing. */
      readonly worse: readonly string[]
    }

/** A cell that still has the version, and why. */
export interface LeftCell {
  readonly cell: Cell
  readonly why: string
  /** Whether the reason may pass. */
  readonly passes: boolean
}
