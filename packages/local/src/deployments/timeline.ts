/**
 * The timeline of a deployment: a pure function of its growth.
 *
 * LINEAR takes equal steps of the growth factor. EXPONENTIAL takes G, 2G, 4G, … percent, capped at 100; AWS
 * does not say how these are spaced, here evenly, the first after one interval. Either way everybody has the
 * new version when the duration is over, and then it bakes. A deployment without a duration but with a bake
 * reaches everybody a little after its start, as was observed of AWS; without a bake too it is complete at
 * once.
 *
 * @module
 */
import type { Growth } from '../resources/entities.ts'
import type { Settings } from '../settings.ts'

const MINUTE_MS = 60_000
/** How long after its start a deployment without a duration was seen to reach everybody. */
const FIRST_STEP_MS = 5_000

/** One thing that happens to a deployment, `atMs` after its start. */
export type Transition =
  | { readonly kind: 'percentage'; readonly atMs: number; readonly percentage: number }
  | { readonly kind: 'bake' | 'complete'; readonly atMs: number }

/** All transitions of a deployment that is not stopped, in order. */
export function timelineOf(growth: Growth, firstStep: Settings['linearFirstStep']): Transition[] {
  const durationMs = durationOf(growth)
  const bakeMs = growth.FinalBakeTimeInMinutes * MINUTE_MS
  const transitions: Transition[] = stepsOf(growth, durationMs, firstStep)
  if (bakeMs > 0) transitions.push({ kind: 'bake', atMs: durationMs })
  transitions.push({ kind: 'complete', atMs: durationMs + bakeMs })
  return transitions
}

/** How long it takes to reach everybody, in milliseconds. */
function durationOf({ DeploymentDurationInMinutes, FinalBakeTimeInMinutes }: Growth): number {
  if (DeploymentDurationInMinutes > 0) return DeploymentDurationInMinutes * MINUTE_MS
  return FinalBakeTimeInMinutes > 0 ? FIRST_STEP_MS : 0
}

function stepsOf(
  { GrowthType, GrowthFactor, DeploymentDurationInMinutes }: Growth,
  durationMs: number,
  firstStep: Settings['linearFirstStep'],
): Transition[] {
  if (DeploymentDurationInMinutes === 0) return [{ kind: 'percentage', atMs: durationMs, percentage: 100 }]

  const percentages: number[] = []
  const exponential = GrowthType === 'EXPONENTIAL'
  for (let step = 0; (percentages.at(-1) ?? 0) < 100; step += 1) {
    percentages.push(Math.min(100, exponential ? GrowthFactor * 2 ** step : GrowthFactor * (step + 1)))
  }
  const intervalMs = exponential ? durationMs / percentages.length : (durationMs * GrowthFactor) / 100
  const offset = !exponential && firstStep === 'immediate' ? 0 : 1
  return percentages.map((percentage, step) => {
    return {
      kind: 'percentage',
      atMs: Math.min(durationMs, Math.round((step + offset) * intervalMs)),
      percentage,
    }
  })
}
