/**
 * The story: v1 everywhere; v2 step by step; v3, which is bad, and back to v2.
 *
 * AppConfig, ten instances and their users share one clock; at `speed` 120 an hour and a half takes
 * three quarters of a minute.
 *
 * @module
 */
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import { ALARM_ARN } from './alarm.ts'
import { APPLICATION, ENVIRONMENT, PROFILE, STRATEGY, VERSIONS, type Version } from './config.ts'
import { type Instance, startInstance } from './instance.ts'
import { type Load, startLoad } from './load.ts'
import { type Observer, type Sample, startObserver } from './observer.ts'

const INSTANCES = 10

/** Something worth a mark in the plot. */
export interface Mark {
  readonly minute: number
  readonly text: string
}

/** The story, told. */
export interface Told {
  readonly samples: readonly Sample[]
  readonly marks: readonly Mark[]
  /** Why AppConfig took v3 back: who triggered it, and in its own words. */
  readonly rollback: { readonly triggeredBy: string; readonly reason: string }
}

export interface StoryOptions {
  readonly speed: number
  readonly onSample: (sample: Sample) => void
  readonly onMark: (mark: Mark) => void
}

/** Plays it. */
export async function tellStory({ speed, onSample, onMark }: StoryOptions): Promise<Told> {
  const local = await startLocalAppConfig({ speed })
  const control = new AppConfigClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  let instances: readonly Instance[] = []
  let load: Load | undefined
  let observer: Observer | undefined
  try {
    await deploy(local, 'v1')
    instances = await startInstances(local, speed)
    load = await startLoad(instances, local.clock)
    observer = startObserver({ local, control, load, onSample })
    const marks: Mark[] = []
    const mark = ({ minute }: Pick<Sample, 'minute'>, text: string): void => {
      marks.push({ minute, text })
      onMark({ minute, text })
    }
    const lastNumber = await play(local, observer, mark)
    const rollback = await rollbackOf(control, lastNumber)
    return { samples: observer.samples, marks, rollback }
  } finally {
    await observer?.stop()
    await load?.stop()
    await Promise.all(instances.map((instance) => instance.close()))
    control.destroy()
    await local.close()
  }
}

async function play(
  local: LocalAppConfig,
  observer: Observer,
  mark: (sample: Pick<Sample, 'minute'>, text: string) => void,
): Promise<number> {
  const { until, follow } = observer
  const start = await until('every instance is on v1', 10, ({ on }) => on.v1 === INSTANCES)
  await calm(observer, start, 4)

  const second = await deploy(local, 'v2', STRATEGY)
  follow(second, 'v2')
  mark(
    await until('v2 is deployed', 5, ({ deployment }) => deployment?.number === second),
    'v2: deployment starts',
  )
  mark(await until('v2 bakes', 40, isState('BAKING')), 'v2: everybody has it; it bakes')
  mark(await until('v2 is complete', 40, isState('COMPLETE')), 'v2: complete')
  await calm(observer, await until('every instance is on v2', 5, ({ on }) => on.v2 === INSTANCES), 3)

  const third = await deploy(local, 'v3', STRATEGY)
  follow(third, 'v3')
  mark(
    await until('v3 is deployed', 5, ({ deployment }) => deployment?.number === third),
    'v3: deployment starts',
  )
  mark(await until('somebody has v3', 40, ({ on }) => on.v3 > 0), 'v3: first instance, first errors')
  mark(
    await until('AppConfig rolls v3 back', 60, isState('ROLLED_BACK')),
    'alarm: too many errors; AppConfig rolls back',
  )
  const healed = await until('every instance is on v2 again', 10, ({ on }) => on.v2 === INSTANCES)
  mark(healed, 'every instance is on v2 again')
  await calm(observer, healed, 6)
  return third
}

/** Some minutes in which nothing happens. */
async function calm({ until }: Observer, since: Sample, minutes: number): Promise<void> {
  await until('time passes', 2 * minutes + 10, ({ minute }) => minute >= since.minute + minutes)
}

function isState(state: string): (sample: Sample) => boolean {
  return ({ deployment }) => deployment?.state === state
}

/** @returns the deployment's number. */
async function deploy(local: LocalAppConfig, version: Version, strategy?: string): Promise<number> {
  const { deploymentNumber } = await local.deploy({
    application: APPLICATION,
    environment: ENVIRONMENT,
    profile: PROFILE,
    content: VERSIONS[version],
    versionLabel: version,
    strategy,
    monitors: [ALARM_ARN],
  })
  return deploymentNumber
}

function startInstances(local: LocalAppConfig, speed: number): Promise<Instance[]> {
  const names = Array.from({ length: INSTANCES }, (_, at) => `instance-${String(at + 1).padStart(2, '0')}`)
  return Promise.all(
    names.map((name) => startInstance(name, { endpoint: local.url, clock: local.clock, speed })),
  )
}

async function rollbackOf(control: AppConfigClient, number: number): Promise<Told['rollback']> {
  const { EventLog = [] } = await control.send(
    new GetDeploymentCommand({
      ApplicationId: APPLICATION,
      EnvironmentId: ENVIRONMENT,
      DeploymentNumber: number,
    }),
  )
  const event = EventLog.find(({ EventType }) => EventType === 'ROLLBACK_STARTED')
  return {
    triggeredBy: event?.TriggeredBy ?? 'nobody',
    reason: (event?.Description ?? 'no reason').replace('Rollback started: ', ''),
  }
}
