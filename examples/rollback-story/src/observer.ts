/**
 * Looks at everything twice a minute, by the story's clock: instances, errors, deployment. Feeds the
 * alarm, keeps what the plot is made of, and lets the story wait for something to come true.
 *
 * @module
 */
import type { AlarmState, LocalAppConfig } from '@appconfig-kit/local'
import { type AppConfigClient, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import { ALARM_ARN, errorRateAlarm } from './alarm.ts'
import { APPLICATION, ENVIRONMENT, VERSION_NAMES, type Version } from './config.ts'
import { type Load, pause, type Tally } from './load.ts'

const LOOK_EVERY_MS = 30_000
const MINUTE_MS = 60_000

/** A deployment, at one look. */
export interface DeploymentNow {
  readonly number: number
  readonly version: Version
  readonly state: string
  readonly percentage: number
}

/** Everything, at one look. */
export interface Sample {
  /** Since the story began. */
  readonly minute: number
  readonly instances: readonly Tally[]
  /** Instances by the version that answered last. */
  readonly on: Readonly<Record<Version, number>>
  /** Of the requests of the last minute, in percent. */
  readonly errorPercent: number
  readonly alarm: AlarmState
  readonly deployment: DeploymentNow | undefined
}

export interface Observer {
  readonly samples: readonly Sample[]
  /** Watches this deployment from now on. */
  follow(number: number, version: Version): void
  /**
   * Resolves with the first sample, from now on, of which `isTrue` says so.
   *
   * @throws {Error} if that takes more than `withinMinutes` of the story.
   */
  until(what: string, withinMinutes: number, isTrue: (sample: Sample) => boolean): Promise<Sample>
  stop(): Promise<void>
}

export interface ObserverOptions {
  readonly local: LocalAppConfig
  readonly control: AppConfigClient
  readonly load: Load
  readonly onSample: (sample: Sample) => void
}

export function startObserver({ local, control, load, onSample }: ObserverOptions): Observer {
  const { clock } = local
  const startMs = clock.now()
  const evaluateAlarm = errorRateAlarm(startMs)
  const samples: Sample[] = []
  const counts: { readonly atMs: number; readonly requests: number; readonly errors: number }[] = []
  const waiting = new Set<(sample: Sample) => void>()
  let followed: { readonly number: number; readonly version: Version } | undefined
  let lastAlarm: AlarmState = 'OK'
  let stopping = false
  let failed: ((error: Error) => void) | undefined
  const failure = new Promise<never>((_, reject) => {
    failed = reject
  })
  // Whoever waits hears of it; without anybody waiting it is no unhandled rejection.
  failure.catch(() => undefined)
  const looking = lookOn()

  async function lookOn(): Promise<void> {
    try {
      while (!stopping) {
        const sample = await look()
        samples.push(sample)
        onSample(sample)
        for (const check of waiting) check(sample)
        await pause(clock, LOOK_EVERY_MS)
      }
    } catch (error) {
      failed?.(error as Error)
    }
  }

  async function look(): Promise<Sample> {
    const instances = load.tallies.map((tally) => ({ ...tally, modelErrors: { ...tally.modelErrors } }))
    const nowMs = clock.now()
    const now = {
      atMs: nowMs,
      requests: sum(instances, ({ requests }) => requests),
      errors: sum(instances, errorsOf),
    }
    counts.push(now)
    const alarm = evaluateAlarm(nowMs, now)
    if (alarm !== lastAlarm) local.setAlarm(ALARM_ARN, alarm)
    lastAlarm = alarm
    return {
      minute: (nowMs - startMs) / MINUTE_MS,
      instances,
      on: versionsOf(instances),
      errorPercent: errorPercentOf(now),
      alarm,
      deployment: await deploymentNow(),
    }
  }

  function errorPercentOf(now: (typeof counts)[number]): number {
    const before = counts.findLast(({ atMs }) => atMs <= now.atMs - MINUTE_MS) ?? counts[0] ?? now
    const requests = now.requests - before.requests
    return requests === 0 ? 0 : (100 * (now.errors - before.errors)) / requests
  }

  async function deploymentNow(): Promise<DeploymentNow | undefined> {
    if (!followed) return undefined
    const { State = '', PercentageComplete = 0 } = await control.send(
      new GetDeploymentCommand({
        ApplicationId: APPLICATION,
        EnvironmentId: ENVIRONMENT,
        DeploymentNumber: followed.number,
      }),
    )
    return { ...followed, state: State, percentage: PercentageComplete }
  }

  return {
    samples,
    follow(number, version) {
      followed = { number, version }
    },
    until(what, withinMinutes, isTrue) {
      const deadlineMs = clock.now() + withinMinutes * MINUTE_MS
      const coming = new Promise<Sample>((resolve, reject) => {
        const check = (sample: Sample): void => {
          const isLate = clock.now() > deadlineMs
          if (!isTrue(sample) && !isLate) return
          waiting.delete(check)
          if (isTrue(sample)) resolve(sample)
          else reject(new Error(`after ${withinMinutes} minutes it was still not so that ${what}`))
        }
        waiting.add(check)
      })
      return Promise.race([coming, failure])
    },
    async stop() {
      stopping = true
      await looking
    },
  }
}

/** How many requests failed because of what the configuration said. */
export function errorsOf({ modelErrors }: Tally): number {
  return VERSION_NAMES.reduce((total, version) => total + modelErrors[version], 0)
}

/** Adds up. */
export function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0)
}

function versionsOf(instances: readonly Tally[]): Record<Version, number> {
  const on = { v1: 0, v2: 0, v3: 0 }
  for (const { version } of instances) if (version) on[version]++
  return on
}
