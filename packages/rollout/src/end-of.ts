/**
 * What the end of a step means for whoever takes the steps.
 *
 * @module
 */
import type { Outcome, Step } from './outcome.ts'

/** Whether to step again, and whether somebody has to look. */
export interface End {
  /** Another step would change nothing until somebody does something, such as to go on after a hold. */
  readonly done: boolean
  /** It did not end as it was meant to, or does not go on without trouble. */
  readonly failed: boolean
}

const DONE: readonly Outcome[] = ['holding', 'complete', 'refused', 'stopped', 'taken-back']
const FAILED: readonly Outcome[] = ['refused', 'stopped', 'taken-back', 'not-taken-back']

/**
 * Whether a rollout is over after this step.
 *
 * A rollout that is `failed` and not `done` has cells that still have the version, for a reason that may pass.
 *
 * @param goal `back`: to be taken back is what was asked for.
 */
export function endOf({ outcome, left }: Pick<Step, 'outcome' | 'left'>, goal: 'out' | 'back' = 'out'): End {
  return {
    done: outcome === 'not-taken-back' ? !left.some(({ passes }) => passes) : DONE.includes(outcome),
    failed: FAILED.includes(outcome) && !(outcome === 'taken-back' && goal === 'back'),
  }
}
