/**
 * Which rollout of a plan was the last.
 *
 * @module
 */
import { GetDeploymentCommand, ListDeploymentsCommand } from '@aws-sdk/client-appconfig'
import { type ControlPlane, controlPlaneOf } from './appconfig/control-plane.ts'
import { takenBackBy } from './appconfig/deployments.ts'
import { idsOfCell } from './appconfig/names.ts'
import type { Ports } from './appconfig/ports.ts'
import { RolloutError } from './errors.ts'
import type { CellPlan, Plan } from './plan/plan.ts'

interface Started {
  readonly label: string
  readonly startedMs: number
}

/**
 * The label that was deployed last in any cell of a plan, or that was taken back last: what to {@link look} at where
 * nobody says. Changes nothing. Versions without a label are of no rollout.
 *
 * @returns undefined where no cell has such a deployment among its newest fifty, or does not exist yet.
 */
export async function newestLabel(plan: Plan, ports: Ports): Promise<string | undefined> {
  const plane = controlPlaneOf(ports)
  const cells = plan.waves.flatMap(({ cells: ofWave }) => ofWave)
  const started = await Promise.all(cells.map((cell) => newestOf(plane, plan, cell)))
  const [newest] = started.filter((each) => each !== undefined).sort((a, b) => b.startedMs - a.startedMs)
  return newest?.label
}

async function newestOf(plane: ControlPlane, plan: Plan, cell: CellPlan): Promise<Started | undefined> {
  try {
    const { ApplicationId, EnvironmentId, ConfigurationProfileId } = await idsOfCell(plane, plan, cell)
    const { Items = [] } = await plane.send(
      new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: 50 }),
    )
    const newest = Items.find(
      (each) => each.ConfigurationProfileId === ConfigurationProfileId && each.VersionLabel !== undefined,
    )
    if (newest?.VersionLabel === undefined) return undefined
    const { DeploymentNumber, VersionLabel, StartedAt } = newest
    const { Description } = await plane.send(
      new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber }),
    )
    return { label: takenBackBy(Description) ?? VersionLabel, startedMs: StartedAt?.getTime() ?? 0 }
  } catch (error) {
    if (error instanceof RolloutError && error.code === 'NOT_FOUND') return undefined
    throw error
  }
}
