/**
 * Looking at every cell of a plan.
 *
 * @module
 */
import { type ControlPlane, controlPlaneOf } from './appconfig/control-plane.ts'
import { lookAtDeployments } from './appconfig/deployments.ts'
import { reasonOf } from './appconfig/failures.ts'
import { type CellIds, idsOfCell } from './appconfig/names.ts'
import type { Ports } from './appconfig/ports.ts'
import { cellStateOf } from './cells/cell-state.ts'
import type { Cell } from './cells/decision.ts'
import { RolloutError } from './errors.ts'
import type { CellPlan, Plan } from './plan/plan.ts'

/** All cells as they are now. */
export interface View {
  readonly cells: readonly Cell[]
  /** By the cell's name; missing for one that could not be looked at. */
  readonly ids: ReadonlyMap<string, CellIds>
  /** The first name of the plan that AppConfig does not know, if there is one. */
  readonly notFound: RolloutError | undefined
}

/**
 * Looks at every cell and changes nothing. A cell that does not answer is `unknown`.
 *
 * @returns the cells in the order of the plan.
 */
export async function look(plan: Plan, label: string, ports: Ports): Promise<readonly Cell[]> {
  return (await view(plan, label, ports)).cells
}

/** {@link look}, and what a step needs to change something. */
export async function view(plan: Plan, label: string, ports: Ports): Promise<View> {
  const plane = controlPlaneOf(ports)
  const wanted = plan.waves.flatMap(({ cells }, wave) => cells.map((cell) => ({ cell, wave })))
  const looks = await Promise.all(
    wanted.map(({ cell, wave }) => lookAtCell({ plane, plan, label, cell, wave })),
  )
  return {
    cells: looks.map(({ cell }) => cell),
    ids: new Map(looks.flatMap(({ cell, ids }) => (ids ? [[cell.plan.name, ids] as const] : []))),
    notFound: looks.find(({ error }) => error instanceof RolloutError)?.error as RolloutError | undefined,
  }
}

interface Looked {
  readonly cell: Cell
  readonly ids?: CellIds
  readonly error?: unknown
}

interface Wanted {
  readonly plane: ControlPlane
  readonly plan: Plan
  readonly label: string
  readonly cell: CellPlan
  readonly wave: number
}

async function lookAtCell({ plane, plan, label, cell, wave }: Wanted): Promise<Looked> {
  try {
    const ids = await idsOfCell(plane, plan, cell)
    const deployments = await lookAtDeployments(plane, ids, label)
    const state = cellStateOf(deployments, { profileId: ids.ConfigurationProfileId, label })
    return { cell: { plan: cell, wave, state }, ids }
  } catch (error) {
    if (error instanceof TypeError || error instanceof ReferenceError) throw error
    const state = { kind: 'unknown', reason: reasonOf(error) } as const
    return { cell: { plan: cell, wave, state }, error }
  }
}
