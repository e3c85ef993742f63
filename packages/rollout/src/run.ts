/**
 * Steps until the end of a rollout.
 *
 * @module
 */
import type { Ports } from './appconfig/ports.ts'
import type { Content } from './content.ts'
import { endOf } from './end-of.ts'
import type { Outcome, Step } from './outcome.ts'
import type { Plan } from './plan/plan.ts'
import { type StepOptions, step } from './step.ts'

/** How {@link run} waits, and for how long. */
export interface RunOptions extends StepOptions {
  /** Waits so many milliseconds; a rejection ends the run with it. */
  readonly wait: (ms: number) => Promise<void>
  /** Called after each step. */
  readonly onStep?: ((step: Step) => void) | undefined
  /**
   * From one look to the next while something is in progress, in milliseconds.
   *
   * @default 15_000
   */
  readonly pollMs?: number | undefined
  /**
   * How long to wait for somebody else's deployment, in milliseconds.
   *
   * @default 7_200_000
   */
  readonly busyMs?: number | undefined
  /**
   * How long to try again while AppConfig does not answer, or a cell cannot be taken back, in milliseconds.
   *
   * @default 600_000
   */
  readonly troubleMs?: number | undefined
}

const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000
const TROUBLE: readonly Outcome[] = ['unreachable', 'not-taken-back']

/**
 * Steps until the rollout is over, holds, or cannot go on.
 *
 * @returns the last step.
 * @throws what {@link step} throws, and what `wait` rejects with.
 */
export async function run(
  plan: Plan,
  label: string,
  content: Content | undefined,
  ports: Ports,
  options: RunOptions,
): Promise<Step> {
  const { wait, onStep, pollMs = 15_000, busyMs = 7_200_000, troubleMs = 600_000 } = options
  const now = ports.now ?? Date.now
  let previous: Outcome | undefined
  let sinceMs = now()
  let retryMs = FIRST_RETRY_MS
  for (;;) {
    const done = await step(plan, label, content, ports, options)
    onStep?.(done)
    if (done.outcome !== previous) {
      sinceMs = now()
      retryMs = FIRST_RETRY_MS
    }
    previous = done.outcome
    const waitedMs = now() - sinceMs
    if (done.outcome === 'changed') continue
    if (done.outcome === 'waiting' || (done.outcome === 'busy' && waitedMs < busyMs)) {
      await wait(pollMs)
    } else if (TROUBLE.includes(done.outcome) && !endOf(done).done && waitedMs < troubleMs) {
      await wait(retryMs)
      retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2)
    } else return done
  }
}
