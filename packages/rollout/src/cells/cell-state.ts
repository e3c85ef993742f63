/**
 * The state of a cell, derived from the deployments of its environment and from nothing else.
 *
 * A rollout keeps no file of its own, so nothing is lost with the process and nothing can disagree with
 * AppConfig. A rollout is known by its profile and the label of its version.
 *
 * @module
 */
import { type Deployment, isInProgress } from './deployment.ts'

/** What a cell is doing, as seen from one rollout. */
export type CellState =
  /** Nothing of this version was ever deployed, and nothing else is in progress. */
  | { readonly kind: 'to-do'; readonly latest: number | undefined; readonly before: Deployment | undefined }
  /** Nothing of this version was ever deployed, and something else is in progress. */
  | { readonly kind: 'busy'; readonly by: Deployment }
  /** The version is being deployed, or bakes. */
  | {
      readonly kind: 'under-way'
      readonly ours: Deployment
      readonly before: Deployment | undefined
      readonly latest: number
    }
  /** AppConfig is rolling the version back, or a deployment of the version before is in progress. */
  | { readonly kind: 'going-back'; readonly ours: Deployment }
  /** The version is complete and the newest of its profile. */
  | {
      readonly kind: 'done'
      readonly ours: Deployment
      /** The newest complete deployment of another version before it. */
      readonly before: Deployment | undefined
      readonly latest: number
      /** Another deployment that is in progress in the environment. */
      readonly other: Deployment | undefined
      /** Whether a later deployment of the same version was rolled back: the rollout has failed here. */
      readonly failed: boolean
    }
  /** A newer version is complete. It is somebody else's, and is never touched. */
  | { readonly kind: 'superseded'; readonly ours: Deployment; readonly by: Deployment }
  /** The version was rolled back, reverted or replaced by the one before. The rollout has failed for good. */
  | { readonly kind: 'taken-back'; readonly ours: Deployment }
  /** The version is live, and the deployment that should have taken it back was itself rolled back. */
  | { readonly kind: 'stuck'; readonly ours: Deployment; readonly attempt: Deployment }
  /** The environment could not be looked at. */
  | { readonly kind: 'unknown'; readonly reason: string }

/** Any kind of {@link CellState}. */
export type CellKind = CellState['kind']

/**
 * Derives the state of a cell.
 *
 * @param deployments of the environment, newest first, of all profiles.
 */
export function cellStateOf(
  deployments: readonly Deployment[],
  { profileId, label }: { readonly profileId: string; readonly label: string },
): CellState {
  const [newest] = deployments
  const other = newest && isInProgress(newest) ? newest : undefined
  const ofProfile = deployments.filter((each) => each.profileId === profileId)
  const ours = ofProfile.find((each) => each.label === label)
  // Where the version is live, nothing newer of its profile is complete: this is the one before it.
  const before = ofProfile.find((each) => each.state === 'COMPLETE' && each.label !== label)
  if (ours === undefined || newest === undefined) {
    return other ? { kind: 'busy', by: other } : { kind: 'to-do', latest: newest?.number, before }
  }
  const latest = newest.number
  if (ours.state === 'ROLLING_BACK') return { kind: 'going-back', ours }
  if (isInProgress(ours)) return { kind: 'under-way', ours, before, latest }
  return overStateOf(ofProfile, { ours, before, latest, other, label })
}

interface Over {
  readonly ours: Deployment
  readonly before: Deployment | undefined
  readonly latest: number
  readonly other: Deployment | undefined
  readonly label: string
}

/** The state of a cell in which the version's newest deployment is over. */
function overStateOf(ofProfile: readonly Deployment[], over: Over): CellState {
  const { ours, before, latest, other, label } = over
  const newer = ofProfile.filter((each) => each.number > ours.number)
  const attempt = newer.find((each) => each.takesBack === label)
  if (attempt && isInProgress(attempt)) return { kind: 'going-back', ours }
  const live = ofProfile.find((each) => each.state === 'COMPLETE')
  if (live && live.label === label) {
    if (attempt) return { kind: 'stuck', ours: live, attempt }
    // Deployed twice by hand, and the second deployment was taken back: the version is still live.
    const failed = ours.state !== 'COMPLETE'
    return { kind: 'done', ours: live, before, latest, other, failed }
  }
  if (ours.state !== 'COMPLETE' || live === undefined) return { kind: 'taken-back', ours }
  const isMarked = newer.some((each) => each.state === 'COMPLETE' && each.takesBack === label)
  return isMarked ? { kind: 'taken-back', ours } : { kind: 'superseded', ours, by: live }
}
