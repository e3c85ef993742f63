/**
 * Where a console sees rollouts, and how it shows them.
 *
 * The shapes are those of `@appconfig-kit/rollout`: a plan, and what its `look` answers. They are described here so that a
 * console without rollouts needs no such package.
 *
 * @module
 */
import type { ShownCell, ShownRollout } from '../wire.ts'

/** Where rollouts are seen. */
export interface Rollouts {
  /** The rollouts to show, as they are now. It is asked again and again, while somebody looks. */
  list(): Promise<readonly RolloutLook[]>
}

/** One look at a rollout. */
export interface RolloutLook {
  /** As `readPlan` of `@appconfig-kit/rollout` gives it. */
  readonly plan: { readonly profile: string; readonly waves: readonly { readonly name: string }[] }
  /** Of the version that is rolled out. */
  readonly label: string
  /** As `look(plan, label, …)` of `@appconfig-kit/rollout` answers. */
  readonly cells: readonly RolloutCell[]
}

/** A cell of a plan and its state. */
export interface RolloutCell {
  readonly plan: { readonly name: string }
  /** The index of its wave. */
  readonly wave: number
  readonly state: {
    readonly kind: string
    readonly ours?: RolloutDeployment | undefined
    readonly before?: RolloutDeployment | undefined
    readonly by?: RolloutDeployment | undefined
    readonly reason?: string | undefined
  }
}

/** A deployment in a cell. */
export interface RolloutDeployment {
  readonly number: number
  readonly label: string | undefined
  readonly version: string
  readonly state: string
  readonly percentage: number
}

/** A rollout as the page shows it. */
export function shownRollout({ plan, label, cells }: RolloutLook): ShownRollout {
  return {
    profile: plan.profile,
    label,
    waves: plan.waves.map(({ name }, at) => ({
      name,
      cells: cells.filter(({ wave }) => wave === at).map(shownCell),
    })),
  }
}

function shownCell({ plan, state: { kind, ours, before, by, reason } }: RolloutCell): ShownCell {
  const shown = ours ?? by
  return {
    name: plan.name,
    state: kind,
    deployment: shown?.number,
    deploymentState: shown?.state,
    version: shown && versionName(shown),
    before: before && versionName(before),
    percentage: kind === 'under-way' || kind === 'going-back' ? ours?.percentage : undefined,
    problem: reason,
  }
}

function versionName({ label, version }: RolloutDeployment): string {
  return label ?? `version ${version}`
}
