/**
 * One step of a rollout.
 *
 * What callers may rely on:
 *  1. A step looks at every cell and changes at most one thing; what it does follows from what it sees.
 *  2. It may be killed before or after any call, and any number may run at once: there is one version for
 *     an application, and one deployment for a cell.
 *  3. A version that was taken back in one cell is never started again in any.
 *  4. It never touches another version's deployment.
 *
 * @module
 */
import { controlPlaneOf } from './appconfig/control-plane.ts'
import { meaningOf, reasonOf } from './appconfig/failures.ts'
import type { Ports } from './appconfig/ports.ts'
import { decide } from './cells/decide.ts'
import type { Cell, CellOf, Decision } from './cells/decision.ts'
import { versionName } from './cells/deployment.ts'
import type { Content } from './content.ts'
import { RolloutError } from './errors.ts'
import { judgeCells } from './judge-cells.ts'
import { view } from './look.ts'
import { type Outcome, type Step, unchanged } from './outcome.ts'
import type { Plan } from './plan/plan.ts'
import { startWave } from './start-wave.ts'
import type { StepContext } from './step-context.ts'
import { takeBack } from './take-back.ts'
import { checkLabel } from './versions-of-plan.ts'

/** Which way a rollout goes, and how far. */
export interface StepOptions {
  /**
   * `out`: through the waves. `back`: take the version back from every cell, whatever happened.
   *
   * @default 'out'
   */
  readonly goal?: 'out' | 'back' | undefined
  /**
   * The name of the last wave to go to. Holds before it are passed.
   *
   * @default to the first wave that holds
   */
  readonly through?: string | undefined
  /** The name of a wave that may go on although its gate could not decide. */
  readonly accept?: string | undefined
}

/**
 * Does what is next in a rollout, and says what and why.
 *
 * @param label of the version; with the profile it is the identity of the rollout.
 * @param content of the version; undefined for a step that starts nothing (`goal: 'back'`).
 * @throws {RolloutError} `LABEL_TAKEN`, `NOT_FOUND` for a name of the plan, or `GATE_WITHOUT_COUNTS` for a plan
 *   with a gate and ports without counts; nothing was changed then.
 */
export async function step(
  plan: Plan,
  label: string,
  content: Content | undefined,
  ports: Ports,
  { goal = 'out', through, accept }: StepOptions = {},
): Promise<Step> {
  const seen = await view(plan, label, ports)
  const judged = goal === 'out' ? await judgeCells(plan, label, ports, seen.cells) : []
  const nowMs = (ports.now ?? Date.now)()
  const decision = decide({ plan, label, cells: seen.cells, judged, nowMs, goal, through, accept })
  const context: StepContext = { plan, label, content, ports, view: seen }
  try {
    return { ...(await carryOut(decision, context, goal)), judged }
  } catch (error) {
    if (error instanceof RolloutError) throw error
    return { ...unchanged(OUTCOME_OF_MEANING[meaningOf(error)], reasonOf(error), seen.cells), judged }
  }
}

const OUTCOME_OF_MEANING: Readonly<Record<ReturnType<typeof meaningOf>, Outcome>> = {
  conflict: 'waiting',
  refused: 'refused',
  unreachable: 'unreachable',
}

async function carryOut(decision: Decision, context: StepContext, goal: 'out' | 'back'): Promise<Step> {
  const { cells, notFound } = context.view
  switch (decision.kind) {
    case 'take-back':
      return takeBack(decision.cells, decision.worse, context)
    case 'back':
      return backStep(decision, cells, goal)
    case 'stopped':
      return unchanged('stopped', `${namesOf(decision.failed)} failed, and the plan says stop`, cells)
    case 'unreachable':
      if (notFound) throw notFound
      return unchanged('unreachable', unreachableReason(decision.cells), cells)
    case 'busy': {
      const { cell, by } = decision
      const why = `in ${cell.plan.name} deployment ${by.number}, ${versionName(by)} of ${by.profile}, is ${by.state}`
      return unchanged('busy', why, cells)
    }
    default:
      await checkLabel(controlPlaneOf(context.ports), context)
      return outStep(decision, context)
  }
}

function outStep(
  decision: Extract<Decision, { readonly kind: 'start' | 'wait' | 'hold' | 'uncounted' | 'complete' }>,
  context: StepContext,
): Step | Promise<Step> {
  const { cells } = context.view
  switch (decision.kind) {
    case 'start':
      return startWave(decision.wave, decision.cells, context)
    case 'wait':
      return unchanged('waiting', decision.why, cells, decision.untilMs)
    case 'hold':
      return unchanged('holding', holdReason(decision), cells)
    case 'uncounted':
      return unchanged('unreachable', decision.why, cells)
    case 'complete':
      return unchanged('complete', `every cell has ${context.label}`, cells)
  }
}

function backStep(
  { left, worse }: Extract<Decision, { readonly kind: 'back' }>,
  cells: readonly Cell[],
  goal: 'out' | 'back',
): Step {
  if (left.length > 0) {
    const reasons = left.map(({ cell, why }) => `${cell.plan.name}: ${why}`)
    const why = `not taken back: ${[...reasons, ...worse].join('; ')}`
    const isBusy = left.some(({ cell: { state } }) => state.kind === 'done' && state.other !== undefined)
    return { ...unchanged(isBusy ? 'busy' : 'not-taken-back', why, cells), left }
  }
  const failed = cells.filter(({ state }) => state.kind === 'taken-back')
  const superseded = cells.filter(({ state }) => state.kind === 'superseded')
  const why = [
    failed.length === 0 ? 'nothing to take back' : `taken back: ${namesOf(failed)}`,
    superseded.length === 0 ? '' : `not touched, a newer version is there: ${namesOf(superseded)}`,
    goal === 'back' ? '' : 'this label is never started again: deploy the next version under another',
  ]
  return unchanged('taken-back', why.filter((part) => part !== '').join('; '), cells)
}

/** Names the options of the command, which are those of {@link StepOptions}. */
function holdReason({ wave, next, undecided }: Extract<Decision, { readonly kind: 'hold' }>): string {
  const options = [next && `--through ${next.name}`, undecided.length > 0 && `--accept ${wave.name}`]
  const parts = [`wave ${wave.name} is complete`, ...undecided]
  return `${parts.join('; ')}; to go on: ${options.filter(Boolean).join(' ')}`
}

function unreachableReason(cells: readonly CellOf<'unknown'>[]): string {
  return cells.map(({ plan, state }) => `${plan.name}: ${state.reason}`).join('; ')
}

function namesOf(cells: readonly Cell[]): string {
  return cells.map(({ plan }) => plan.name).join(', ')
}
