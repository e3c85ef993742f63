/**
 * A local AppConfig with five cells, the real SDK before it, and a clock that moves only when a run waits.
 *
 * @module
 */
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient, type DeploymentSummary, ListDeploymentsCommand } from '@aws-sdk/client-appconfig'
import { onTestFinished } from 'vitest'
import {
  type Alarm,
  type Content,
  type CountsSource,
  type Plan,
  type Ports,
  type RunOptions,
  readPlan,
  run,
  type Step,
} from '../src/index.ts'

export const MINUTE = 60_000
export const HOUR = 3_600_000
export const LABEL = 'v2'

export const PLAN = `
application: api
profile: default
waves:
  - name: dev
    strategy: AppConfig.AllAtOnce
  - name: prod-01
    strategy: AppConfig.Linear50PercentEvery30Seconds
    soak: 1h
  - name: prod
    cells: [prod-02, prod-03]
    strategy: AppConfig.AllAtOnce
`
export const CELLS: readonly string[] = ['dev', 'prod-01', 'prod-02', 'prod-03']

export interface World {
  readonly local: LocalAppConfig
  readonly clock: ManualClock
  /** When every cell had its first version. */
  readonly startedAtMs: number
  readonly client: AppConfigClient
  readonly ports: Ports
  /** The same with another client: another process. */
  portsOf(client: Ports['client']): Ports
  /** The state of a cell's alarm, as AppConfig and DescribeAlarms see it. */
  setAlarm(cell: string, state: Alarm['state']): void
  /** Runs to the end; whatever it waits for, ten minutes pass. */
  run(plan: Plan, options?: Partial<RunOptions>, ports?: Ports, content?: Content | null): Promise<Step>
  /** Deploys `v1`, complete at once. */
  deploy(cell: string, label: string, more?: { strategy?: string; profile?: string }): Promise<void>
  /** The deployments of a cell, oldest first, as `v2 COMPLETE`. */
  deployments(cell: string): Promise<readonly string[]>
  /** The label that is live in each cell. */
  live(cells?: readonly string[]): Promise<readonly (string | undefined)[]>
  /** Ends it before its test does. */
  close(): Promise<void>
}

export const contentOf = (label: string): Content => ({
  bytes: Buffer.from(JSON.stringify({ label })),
  contentType: 'application/json',
})

/** Starts one in which every cell has v1, unless told otherwise. */
export async function startWorld({
  cells = CELLS,
  counts,
}: {
  readonly cells?: readonly string[]
  readonly counts?: CountsSource
} = {}): Promise<World> {
  const clock = manualClock()
  const local = await startLocalAppConfig({ clock })
  const client = clientOf(local.url)
  const close = async (): Promise<void> => {
    client.destroy()
    await local.close()
  }
  onTestFinished(close)
  const alarms = new Map<string, Alarm['state']>()
  const portsOf = (of: Ports['client']): Ports => ({
    client: of,
    now: clock.now,
    timeoutMs: 5000,
    counts,
    alarms: async (arns) =>
      arns.map((arn) => ({ arn, state: alarms.get(arn) ?? 'OK', actionsEnabled: true })),
  })
  const deploy: World['deploy'] = async (environment, label, { strategy, profile = 'default' } = {}) => {
    const { bytes } = contentOf(label)
    const monitors = [alarmOf(environment)]
    const input = { application: 'api', environment, profile, content: bytes, versionLabel: label, monitors }
    await local.deploy({ ...input, contentType: 'application/json', strategy })
  }
  for (const cell of cells) await deploy(cell, 'v1')
  const ports = portsOf(client)
  const summaries = async (cell: string): Promise<DeploymentSummary[]> => {
    const { Items = [] } = await client.send(
      new ListDeploymentsCommand({ ApplicationId: 'api', EnvironmentId: cell }),
    )
    return Items
  }
  return {
    local,
    clock,
    startedAtMs: clock.now(),
    client,
    ports,
    portsOf,
    deploy,
    setAlarm(cell, state) {
      alarms.set(alarmOf(cell), state)
      local.setAlarm(alarmOf(cell), state)
    },
    run: (plan, options = {}, of = ports, content = contentOf(LABEL)) =>
      run(plan, LABEL, content ?? undefined, of, {
        wait: async () => clock.advance(10 * MINUTE),
        ...options,
      }),
    deployments: async (cell) =>
      (await summaries(cell)).map(({ VersionLabel, State }) => `${VersionLabel} ${State}`).reverse(),
    live: (of = CELLS) =>
      Promise.all(
        of.map(
          async (cell) => (await summaries(cell)).find(({ State }) => State === 'COMPLETE')?.VersionLabel,
        ),
      ),
    close,
  }
}

export function planOf(text: string = PLAN): Promise<Plan> {
  return readPlan(Buffer.from(text))
}

/** A client that does not repeat requests: a test counts them. */
export function clientOf(endpoint: string): AppConfigClient {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }
  return new AppConfigClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
}

function alarmOf(cell: string): string {
  return `arn:aws:cloudwatch:us-east-1:000000000000:alarm:${cell}-errors`
}
