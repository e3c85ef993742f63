/**
 * The way back: the waves in reverse, so that the most important customers are first.
 *
 * @module
 */
import type { Cell, CellOf, Decision, LeftCell } from './decision.ts'
import { versionName } from './deployment.ts'

/**
 * Decides what to take back next.
 *
 * @param cells those that should not keep the version, in the order of the plan.
 * @param worse what the gate found against the version, in words.
 */
export function decideBack(cells: readonly Cell[], worse: readonly string[] = []): Decision {
  const reversed = cells.toReversed()
  const ready = reversed.filter(canBeTakenBack)
  if (ready.length > 0) return { kind: 'take-back', cells: ready, worse }
  const goingBack = reversed.filter(({ state }) => state.kind === 'going-back')
  if (goingBack.length > 0) {
    const names = goingBack.map(({ plan }) => plan.name).join(', ')
    return { kind: 'wait', why: `${names} going back`, untilMs: undefined }
  }
  return { kind: 'back', left: reversed.flatMap(leftOf), worse }
}

function canBeTakenBack(cell: Cell): cell is CellOf<'under-way' | 'done'> {
  const { state } = cell
  if (state.kind === 'under-way') return true
  return state.kind === 'done' && state.before !== undefined && state.other === undefined
}

/** Why a cell still has the version, or may have it. */
function leftOf(cell: Cell): readonly LeftCell[] {
  const { state } = cell
  switch (state.kind) {
    case 'unknown':
      return [{ cell, why: state.reason, passes: true }]
    case 'stuck': {
      const { attempt } = state
      const why = `deployment ${attempt.number} of ${versionName(attempt)}, which should have taken it back, is ${attempt.state}: an alarm was still firing`
      return [{ cell, why, passes: false }]
    }
    case 'done': {
      if (state.before === undefined) {
        return [{ cell, why: 'it is the first version here: there is none to go back to', passes: false }]
      }
      const { other } = state
      const why = `deployment ${other?.number} of ${other?.profile} is ${other?.state}`
      return [{ cell, why, passes: true }]
    }
    default:
      return []
  }
}
