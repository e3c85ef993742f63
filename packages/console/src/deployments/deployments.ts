/**
 * Where a console sees deployments.
 *
 * @module
 */
import type { DeploymentAction, ShownDeployment } from '../wire.ts'

/** Where deployments are seen, and perhaps stopped: {@link controlPlane}, or an object of your own. */
export interface Deployments {
  /** The newest deployments, those in progress first. It is asked again and again, while somebody looks. */
  list(): Promise<readonly ShownDeployment[]>
  /**
   * Stops a deployment in progress, or reverts a complete one. Rejects where that can't be done, with a text for the
   * person who asked.
   *
   * @param id of a deployment that `list` gave.
   */
  stop?(id: string, action: DeploymentAction): Promise<void>
}

const IN_PROGRESS = ['VALIDATING', 'DEPLOYING', 'BAKING', 'ROLLING_BACK']

/** Whether it is in progress, bake time included. */
export function isInProgress({ state }: Pick<ShownDeployment, 'state'>): boolean {
  return IN_PROGRESS.includes(state)
}
