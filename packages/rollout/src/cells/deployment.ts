/**
 * A deployment, as far as a rollout looks at it.
 *
 * @module
 */

/** A deployment of any profile in a cell's environment. */
export interface Deployment {
  /** From 1, in its environment. */
  readonly number: number
  readonly profileId: string
  /** The profile's name, for messages. */
  readonly profile: string
  /** The version's number. */
  readonly version: string
  readonly label: string | undefined
  /** AppConfig's own word, such as `BAKING`. */
  readonly state: string
  readonly percentage: number
  /** How long it takes to reach everybody; 0 for all at once. */
  readonly growthMinutes: number
  readonly startedMs: number | undefined
  readonly completedMs: number | undefined
  /** The label that this deployment takes back, if a rollout started it for that. */
  readonly takesBack: string | undefined
}

const IN_PROGRESS = ['VALIDATING', 'DEPLOYING', 'BAKING', 'ROLLING_BACK']

/** Whether it is still in progress, bake included. */
export function isInProgress({ state }: Pick<Deployment, 'state'>): boolean {
  return IN_PROGRESS.includes(state)
}

/** The version as people know it. */
export function versionName({ label, version }: Pick<Deployment, 'label' | 'version'>): string {
  return label ?? `version ${version}`
}
