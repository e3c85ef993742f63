/**
 * A Lambda handler that judges a deployment whenever AppConfig asks, by the gate of a plan.
 *
 * Promises: it answers within its time-out, and ROLL_BACK only when the counts say that the version is worse.
 * Whatever else goes wrong, it answers CONTINUE: for AppConfig an error of an extension is a reason to roll back.
 *
 * @module
 */
import type { AppConfigClient } from '@aws-sdk/client-appconfig'
import { type ControlPlane, controlPlaneOf } from '../appconfig/control-plane.ts'
import { RolloutError } from '../errors.ts'
import { checkedIntervals } from '../gate/checked-intervals.ts'
import type { CountsSource } from '../gate/counts.ts'
import { alphaOf } from '../gate/judge.ts'
import { describeJudgements, judgeWatches, verdictOf } from '../gate/judge-watches.ts'
import { inTime } from '../in-time.ts'
import type { GatePlan } from '../plan/plan.ts'
import { answerOf, readTickEvent, type TickAnswer } from './tick-event.ts'
import { watchedDeployment } from './watched-deployment.ts'

/** What a tick needs of the world. */
export interface TickOptions {
  /** The AWS SDK's client of AppConfig. It may read deployments, and the names of applications and environments. */
  readonly client: Pick<AppConfigClient, 'send'>
  /** Where requests and events are counted. */
  readonly counts: CountsSource
  /** The gate of a plan. What it says of missing requests and no verdict is for waves: a tick goes on. */
  readonly gate: GatePlan
  /** How many cells the plan has: the chance of a false alarm is divided among them. */
  readonly cells: number
  /**
   * Milliseconds since the epoch.
   *
   * @default Date.now
   */
  readonly now?: (() => number) | undefined
  /**
   * How long all of it may take, in milliseconds. AppConfig waits for three seconds, the start of the function
   * included.
   *
   * @default 2000
   */
  readonly timeoutMs?: number | undefined
  /** Told of each error that was answered with CONTINUE. */
  readonly onError?: ((error: unknown) => void) | undefined
}

/** A Lambda handler. It never throws. */
export type TickHandler = (event: unknown) => Promise<TickAnswer>

/**
 * Makes the handler of an extension with the action point AT_DEPLOYMENT_TICK.
 *
 * @throws {RolloutError} `OPTION_INVALID`.
 */
export function tickHandler(options: TickOptions): TickHandler {
  const { client, counts, gate, cells, timeoutMs = 2000, onError } = options
  if (typeof counts !== 'function') throw invalid('counts is missing; give a source of counts')
  if (!Array.isArray(gate?.watch)) throw invalid('gate is missing; give the gate of a plan that has one')
  if (!Number.isInteger(cells) || cells < 1) {
    throw invalid(`cells is ${cells}; give the number of cells of the plan, from 1`)
  }
  if (!(timeoutMs > 0 && timeoutMs < 3000)) {
    throw invalid(`timeoutMs is ${timeoutMs}; give milliseconds above 0 and below 3000`)
  }
  const plane = controlPlaneOf({ client, timeoutMs })

  return async function handleTick(event) {
    try {
      const late = new RolloutError('TIMED_OUT', `AppConfig and the counts took longer than ${timeoutMs} ms.`)
      return await inTime(timeoutMs, late, (signal) => judged(options, plane, event, signal))
    } catch (error) {
      try {
        onError?.(error)
      } catch {
        // Whoever listens must not decide about the deployment.
      }
      return answerOf('CONTINUE', `Not judged: ${reasonOf(error)}`)
    }
  }
}

async function judged(
  { counts, gate, cells, now = Date.now }: TickOptions,
  plane: ControlPlane,
  event: unknown,
  signal: AbortSignal,
): Promise<TickAnswer> {
  const { takesBack, ...watched } = await watchedDeployment(plane, readTickEvent(event))
  if (takesBack !== undefined) return answerOf('CONTINUE', `Not judged: it takes ${takesBack} back`)
  const watches = gate.watch.map(({ name }) => name)
  const intervals = checkedIntervals(await counts({ ...watched, toMs: now(), watches }, signal))
  const alpha = alphaOf({ falseAlarms: gate.falseAlarms, cells, watches: watches.length })
  const judgements = judgeWatches(gate, intervals, alpha)
  const Directive = verdictOf(judgements) === 'WORSE' ? 'ROLL_BACK' : 'CONTINUE'
  return answerOf(Directive, describeJudgements(judgements, watched))
}

/** Of errors that are not ours the name only: their texts may hold addresses. */
function reasonOf(error: unknown): string {
  if (error instanceof RolloutError) return error.message
  return error instanceof Error ? String(error.name) : 'no Error was thrown'
}

function invalid(what: string): RolloutError {
  return new RolloutError('OPTION_INVALID', `tickHandler: ${what}.`)
}
