/**
 * Starting a wave, one cell a step.
 *
 * @module
 */
import { controlPlaneOf } from './appconfig/control-plane.ts'
import { startDeployment } from './appconfig/deployments.ts'
import { guardsOf, nameAlarms } from './appconfig/monitors.ts'
import { findStrategy } from './appconfig/names.ts'
import type { CellOf } from './cells/decision.ts'
import { changed, type Step, unchanged } from './outcome.ts'
import type { WavePlan } from './plan/plan.ts'
import type { StepContext } from './step-context.ts'
import { makeMissingVersion, validateVersions, versionIn } from './versions-of-plan.ts'

/**
 * Makes a version that is missing, or starts the deployment of one cell, after a look at the alarms of all.
 *
 * @param cells of the wave in which nothing of the version was deployed.
 */
export async function startWave(
  wave: WavePlan,
  cells: readonly CellOf<'to-do'>[],
  context: StepContext,
): Promise<Step> {
  const { plan, label, ports, view } = context
  const plane = controlPlaneOf(ports)
  const [cell] = cells as [CellOf<'to-do'>]
  for (const each of plan.waves) await findStrategy(plane, each.strategy)
  const refusal = await refusalOf(cells, context)
  if (refusal) return unchanged('refused', refusal, view.cells)

  const made = await makeMissingVersion(plane, context)
  if (made !== undefined)
    return changed(`made the version in application ${made}`, 'it was missing', view.cells)
  if (view.cells.every(({ state }) => state.kind === 'to-do' || state.kind === 'busy')) {
    await validateVersions(plane, context)
  }

  const version = await versionIn(plane, cell.plan.application, context)
  const ids = view.ids.get(cell.plan.name)
  if (ids === undefined) throw new TypeError(`${cell.plan.name} was not looked at`)
  const number = await startDeployment(plane, ids, {
    version: String(version),
    strategyId: (await findStrategy(plane, wave.strategy)).id,
    description: `appconfig-kit: rollout of ${label}, wave ${wave.name}`,
    latest: cell.state.latest,
  })
  return changed(`started deployment ${number} in ${cell.plan.name}`, `wave ${wave.name} is next`, view.cells)
}

/** Why the wave cannot start: an alarm that would roll its deployment back at once. */
async function refusalOf(
  cells: readonly CellOf<'to-do'>[],
  { ports, view }: StepContext,
): Promise<string | undefined> {
  if (ports.alarms === undefined) return undefined
  const plane = controlPlaneOf(ports)
  for (const { plan } of cells) {
    const ids = view.ids.get(plan.name)
    const { firing } = ids ? await guardsOf(plane, ids, ports) : { firing: [] }
    if (firing.length > 0) {
      return `${plan.name} would be rolled back at once: alarm ${nameAlarms(firing)}`
    }
  }
  return undefined
}
