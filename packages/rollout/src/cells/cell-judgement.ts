/**
 * What the gate says about one cell, and what follows from it.
 *
 * @module
 */
import type { Judgement, Verdict } from '../gate/judge.ts'
import { describeJudgements, verdictOf } from '../gate/judge-watches.ts'
import type { GatePlan } from '../plan/plan.ts'
import type { CellOf } from './decision.ts'

/** A cell in which the version is live or becomes so. */
export type LiveCell = CellOf<'under-way' | 'done'>

/** What the gate says about one cell. */
export interface CellJudgement {
  readonly cell: LiveCell
  /** One for each watch; none where the counts could not be read. */
  readonly judgements: readonly Judgement[]
  /** Why the counts could not be read, as the rest of a sentence. */
  readonly problem: string | undefined
  /** Whether the deployment was complete for so long that it is not taken back for what the gate says. */
  readonly isLate: boolean
}

/** The verdict on a cell; undefined where the counts could not be read. */
export function verdictOnCell({ judgements, problem }: CellJudgement): Verdict | undefined {
  return problem === undefined ? verdictOf(judgements) : undefined
}

/** Whether the version has failed in this cell, as if an alarm had fired. */
export function hasFailedGate(judgement: CellJudgement): boolean {
  return !judgement.isLate && verdictOnCell(judgement) === 'WORSE'
}

/**
 * Whether a wave must not go on after this cell until a person says so.
 *
 * Where a deployment reaches everybody at once, the two versions never serve side by side: there the gate
 * holds nothing up.
 */
export function holdsUp(judgement: CellJudgement, gate: GatePlan): boolean {
  if (judgement.cell.state.ours.growthMinutes === 0) return false
  const verdict = verdictOnCell(judgement)
  if (verdict === 'WORSE') return judgement.isLate
  if (verdict === 'NONE') return gate.whenNoRequests === 'hold'
  return verdict === 'UNDECIDED' && gate.whenUndecided === 'hold'
}

/** The judgement for people: `errors v8 3/214, v7 2/1,900: undecided`. */
export function describeJudgement({ cell, judgements, problem }: CellJudgement): string {
  if (problem !== undefined) return `its counts cannot be read: ${problem}`
  const { ours, before } = cell.state
  return describeJudgements(judgements, { after: ours.label ?? '', before: before?.label })
}
