/**
 * The story: v1 everywhere; v2 through the waves; v3, which is bad for customers only, as far as prod-01 and back
 * from everywhere.
 *
 * AppConfig, forty instances and their users share one clock; at `speed` 120 three hours take a minute and a half.
 *
 * @module
 */
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import {
  APPLICATION,
  CELL_NAMES,
  type CellName,
  INSTANCES_PER_CELL,
  PROFILE,
  VERSIONS,
  type Version,
} from './config.ts'
import type { Told as Step } from './driver.ts'
import { drive } from './driver-process.ts'
import { type Instance, startInstance } from './instance.ts'
import { type Load, startLoad } from './load.ts'
import { type Metrics, startMetrics } from './metrics.ts'
import { type Observer, type Sample, startObserver } from './observer.ts'

/** Something worth a mark in the plot. */
export interface Mark {
  readonly minute: number
  readonly text: string
}

/** The story, told. */
export interface Told {
  readonly samples: readonly Sample[]
  readonly marks: readonly Mark[]
  /** The last steps of v2 and of v3. */
  readonly ends: Readonly<Record<'v2' | 'v3', Step>>
  /** What the rollout of v3 changed, in order. */
  readonly changes: readonly string[]
  /** Why v3 was taken back. */
  readonly verdict: string
  readonly kills: number
}

export interface StoryOptions {
  readonly speed: number
  /** Whether the driver of each version is killed half-way, and started again. */
  readonly kill: boolean
  readonly onSample: (sample: Sample, gate: Readonly<Record<string, string>>) => void
  readonly onMark: (mark: Mark) => void
}

/** Plays it. */
export async function tellStory(options: StoryOptions): Promise<Told> {
  const { speed } = options
  const local = await startLocalAppConfig({ speed })
  const control = new AppConfigClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  let instances: readonly Instance[] = []
  let load: Load | undefined
  let metrics: Metrics | undefined
  let observer: Observer | undefined
  try {
    for (const cell of CELL_NAMES) await deployFirst(local, cell)
    instances = await startInstances(local, speed)
    load = await startLoad(instances, local.clock)
    metrics = await startMetrics(instances, local.clock)
    let gate: Step['gate'] = {}
    const onSample = (sample: Sample): void => options.onSample(sample, gate)
    observer = startObserver({ local, control, load, onSample })
    const told = await play(observer, {
      ...options,
      appConfigUrl: local.url,
      metricsUrl: metrics.url,
      onGate: (now) => {
        gate = now
      },
    })
    return { ...told, samples: observer.samples }
  } finally {
    await observer?.stop()
    await metrics?.close()
    await load?.stop()
    await Promise.all(instances.map((instance) => instance.close()))
    control.destroy()
    await local.close()
  }
}

interface Play extends Pick<StoryOptions, 'speed' | 'kill' | 'onMark'> {
  readonly appConfigUrl: string
  readonly metricsUrl: string
  readonly onGate: (gate: Step['gate']) => void
}

async function play(observer: Observer, scene: Play): Promise<Omit<Told, 'samples'>> {
  const marks: Mark[] = []
  const changes: string[] = []
  let verdict = ''
  let kills = 0
  const mark = (text: string, minute = observer.minute()): void => {
    marks.push({ minute, text })
    scene.onMark({ minute, text })
  }
  const onStep = (step: Step): void => {
    scene.onGate(step.gate)
    if (step.did === undefined) return
    changes.push(step.did)
    if (step.why.includes(': worse')) verdict = step.why
    if (step.did.includes('deployment')) mark(`${versionNow}: ${step.did.replace(/ deployment \d+/, '')}`)
  }
  let versionNow: Version = 'v2'
  const isDeadlyAt = (text: string) => (step: Step) => {
    if (!step.did?.includes(text)) return false
    kills++
    mark('the driver is killed, and started again')
    return true
  }
  const roll = (version: Version, deadlyAt: string): Promise<Step> => {
    versionNow = version
    changes.length = 0
    const isDeadly = scene.kill ? isDeadlyAt(deadlyAt) : undefined
    return drive(version, { ...scene, onStep, isDeadly })
  }

  await observer.until('every instance is on v1', 10, allOn('v1'))
  const v2 = await roll('v2', 'in prod-01')
  mark(`v2: ${v2.outcome}`)
  await observer.until('every instance is on v2', 5, allOn('v2'))
  const v3 = await roll('v3', 'stopped deployment')
  const healed = await observer.until('every instance is on v2 again', 10, allOn('v2'))
  mark('v3: taken back; every instance is on v2', healed.minute)
  await observer.until('time passes', 30, ({ minute }) => minute >= healed.minute + 8)
  return { marks, changes, verdict, kills, ends: { v2, v3 } }
}

/** Whether every instance of every cell is on a version. */
export function allOn(version: Version): (sample: Sample) => boolean {
  return ({ cells }) => cells.every(({ on }) => on[version] === INSTANCES_PER_CELL)
}

/** Without steps: everybody has it at once. */
async function deployFirst(local: LocalAppConfig, environment: CellName): Promise<void> {
  await local.deploy({
    application: APPLICATION,
    environment,
    profile: PROFILE,
    content: VERSIONS.v1,
    versionLabel: 'v1',
  })
}

function startInstances(local: LocalAppConfig, speed: number): Promise<Instance[]> {
  const cells = CELL_NAMES.flatMap((cell) => Array.from({ length: INSTANCES_PER_CELL }, () => cell))
  return Promise.all(
    cells.map((cell) => startInstance(cell, { endpoint: local.url, clock: local.clock, speed })),
  )
}
