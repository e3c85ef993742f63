/**
 * Looks at everything twice a minute, by the story's clock: instances, errors, deployments. Keeps what the plot is
 * made of, and lets the story wait for something to come true.
 *
 * @module
 */
import type { LocalAppConfig } from '@appconfig-kit/local'
import { type AppConfigClient, ListDeploymentsCommand } from '@aws-sdk/client-appconfig'
import { APPLICATION, CELL_NAMES, type CellName, VERSION_NAMES, type Version } from './config.ts'
import { type Load, pause, type Tally } from './load.ts'

const LOOK_EVERY_MS = 30_000
const MINUTE_MS = 60_000
/** Errors are drawn over so long a time: a cell has 60 requests a minute. */
const WINDOW_MS = 3 * MINUTE_MS

/** One cell, at one look. */
export interface CellSample {
  readonly name: CellName
  /** Instances by the version that answered last. */
  readonly on: Readonly<Record<Version, number>>
  readonly requests: number
  readonly errors: Readonly<Record<Version, number>>
  readonly configErrors: number
  /** Of the requests of the last three minutes, in percent. */
  readonly errorPercent: number
  /** Its newest deployment, such as `v3 DEPLOYING 20%`. */
  readonly deployment: string
}

/** Everything, at one look. */
export interface Sample {
  /** Since the story began. */
  readonly minute: number
  readonly cells: readonly CellSample[]
}

export interface Observer {
  readonly samples: readonly Sample[]
  /** Minutes since the story began. */
  minute(): number
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
  const samples: Sample[] = []
  const waiting = new Set<(sample: Sample) => void>()
  let stopping = false
  const looking = lookOn()
  // Whoever waits hears of it; without anybody waiting it is no unhandled rejection.
  looking.catch(() => undefined)

  async function lookOn(): Promise<void> {
    while (!stopping) {
      const sample = await look()
      samples.push(sample)
      onSample(sample)
      for (const check of waiting) check(sample)
      await pause(clock, LOOK_EVERY_MS)
    }
  }

  const minute = (): number => (clock.now() - startMs) / MINUTE_MS

  async function look(): Promise<Sample> {
    const cells = await Promise.all(
      CELL_NAMES.map(async (name) => {
        const deployment = await newestDeployment(control, name)
        const tallies = load.tallies.filter(({ cell }) => cell === name)
        return cellSample(name, tallies, deployment, samples, minute())
      }),
    )
    return { minute: minute(), cells }
  }

  return {
    samples,
    minute,
    until(what, withinMinutes, isTrue) {
      const deadlineMs = clock.now() + withinMinutes * MINUTE_MS
      const coming = new Promise<Sample>((resolve, reject) => {
        const check = (sample: Sample): void => {
          const isSo = isTrue(sample)
          if (!isSo && clock.now() <= deadlineMs) return
          waiting.delete(check)
          if (isSo) resolve(sample)
          else reject(new Error(`after ${withinMinutes} minutes it was still not so that ${what}`))
        }
        waiting.add(check)
      })
      return Promise.race([coming, looking.then(() => coming)])
    },
    async stop() {
      stopping = true
      await looking
    },
  }
}

function cellSample(
  name: CellName,
  tallies: readonly Tally[],
  deployment: string,
  samples: readonly Sample[],
  minute: number,
): CellSample {
  const on = { v1: 0, v2: 0, v3: 0 }
  const errors = { v1: 0, v2: 0, v3: 0 }
  for (const tally of tallies) {
    if (tally.version) on[tally.version]++
    for (const version of VERSION_NAMES) errors[version] += tally.errors[version]
  }
  const requests = sum(tallies, (tally) => tally.requests)
  const configErrors = sum(tallies, (tally) => tally.configErrors)
  const now = { name, on, requests, errors, configErrors, deployment }
  const then = samples.findLast((sample) => sample.minute <= minute - WINDOW_MS / MINUTE_MS)
  const before = then?.cells.find((cell) => cell.name === name)
  const asked = requests - (before?.requests ?? 0)
  const failed = errorsOf(now) - (before ? errorsOf(before) : 0)
  return { ...now, errorPercent: asked === 0 ? 0 : (100 * failed) / asked }
}

async function newestDeployment(control: AppConfigClient, cell: CellName): Promise<string> {
  const { Items: [newest] = [] } = await control.send(
    new ListDeploymentsCommand({ ApplicationId: APPLICATION, EnvironmentId: cell, MaxResults: 1 }),
  )
  const { VersionLabel = '', State = '', PercentageComplete = 0 } = newest ?? {}
  return `${VersionLabel} ${State}${State === 'DEPLOYING' ? ` ${Math.round(PercentageComplete)}%` : ''}`
}

/** How many requests failed with a configuration. */
export function errorsOf({ errors }: Pick<CellSample, 'errors'>): number {
  return sum(VERSION_NAMES, (version) => errors[version])
}

/** Adds up. */
export function sum<T>(items: readonly T[], measure: (item: T) => number): number {
  return items.reduce((total, item) => total + measure(item), 0)
}
