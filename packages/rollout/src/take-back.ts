/**
 * Taking a version back, one cell a step.
 *
 * @module
 */
import { controlPlaneOf } from './appconfig/control-plane.ts'
import { markOf, startDeployment, stopDeployment } from './appconfig/deployments.ts'
import { meaningOf, reasonOf } from './appconfig/failures.ts'
import { guardsOf, nameAlarms } from './appconfig/monitors.ts'
import type { CellIds } from './appconfig/names.ts'
import type { Alarm, Ports } from './appconfig/ports.ts'
import type { CellOf, LeftCell } from './cells/decision.ts'
import { type Deployment, versionName } from './cells/deployment.ts'
import { changed, type Step, unchanged } from './outcome.ts'
import type { StepContext } from './step-context.ts'

type BackCell = CellOf<'under-way' | 'done'>

/** The way back has no steps: everybody, at once. */
const STRATEGY = 'AppConfig.AllAtOnce'

/**
 * Takes back the first cell that can be. One that cannot be does not stop the others.
 *
 * @param cells the most important customers first.
 * @param worse what the gate found, in words.
 */
export async function takeBack(
  cells: readonly BackCell[],
  worse: readonly string[],
  context: StepContext,
): Promise<Step> {
  const left: LeftCell[] = []
  for (const cell of cells) {
    try {
      const did = await takeBackCell(cell, context)
      const why = [`${context.label} is taken back`, ...worse].join('; ')
      return changed(`${did} in ${cell.plan.name}`, why, context.view.cells)
    } catch (error) {
      // A mistake in the program is no cell's fault.
      meaningOf(error)
      left.push({ cell, why: reasonOf(error), passes: true })
    }
  }
  const why = left.map(({ cell, why }) => `${cell.plan.name}: ${why}`).join('; ')
  const { cells: all } = context.view
  // While others go back there is time to try again.
  const outcome = all.some(({ state }) => state.kind === 'going-back') ? 'waiting' : 'not-taken-back'
  return { ...unchanged(outcome, `not taken back: ${why}`, all), left }
}

async function takeBackCell(cell: BackCell, context: StepContext): Promise<string> {
  const { ports, view } = context
  const { ours, before } = cell.state
  const ids = view.ids.get(cell.plan.name)
  if (ids === undefined) throw new TypeError(`${cell.plan.name} was not looked at`)
  try {
    await stopDeployment(controlPlaneOf(ports), ids, ours.number)
    return cell.state.kind === 'done'
      ? `reverted deployment ${ours.number}`
      : `stopped deployment ${ours.number}`
  } catch (error) {
    // Complete for more than 72 hours, or something newer was deployed in the environment.
    if (meaningOf(error) !== 'refused' || cell.state.kind !== 'done' || before === undefined) throw error
    return deployBefore(ids, before, cell.state.latest, context)
  }
}

async function deployBefore(
  ids: CellIds,
  before: Deployment,
  latest: number,
  { ports, label }: StepContext,
): Promise<string> {
  const plane = controlPlaneOf(ports)
  const firing = await firingOf(ids, ports)
  if (firing.length > 0) {
    throw new Error(
      `it can no longer be reverted, and a deployment of ${versionName(before)} would be rolled back at once: alarm ${nameAlarms(firing)}`,
    )
  }
  const number = await startDeployment(plane, ids, {
    version: before.version,
    strategyId: STRATEGY,
    description: markOf(label),
    latest,
  })
  return `started deployment ${number} of ${versionName(before)}`
}

/**
 * Alarms for which a deployment would be rolled back at once, as far as they can be looked up. The way back does not
 * depend on it: where nobody can tell, the version before is deployed, and AppConfig watches.
 */
async function firingOf(ids: CellIds, ports: Ports): Promise<readonly Alarm[]> {
  if (ports.alarms === undefined) return []
  try {
    return (await guardsOf(controlPlaneOf(ports), ids, ports)).firing
  } catch (error) {
    meaningOf(error)
    return []
  }
}
