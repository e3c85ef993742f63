/**
 * AppConfig as tests meet it: our local one on a real socket, the real AWS SDK before it, and one
 * clock for both that moves only when told to.
 *
 * @module
 */
import {
  type AppConfigClient,
  type AppConfigEvents,
  direct,
  type EventName,
  type Source,
} from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import {
  type DeployInput,
  type LocalAppConfig,
  type LocalAppConfigOptions,
  startLocalAppConfig,
} from '@appconfig-kit/local'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'

export const APPLICATION = 'api'
export const ENVIRONMENT = 'prod-01'

export interface World {
  readonly local: LocalAppConfig
  readonly clock: ManualClock
  readonly source: Source
  /** The same, less patient: for an AppConfig that never answers. */
  readonly impatientSource: Source
  /** Deploys to `api/prod-01` unless told otherwise, at once and without baking. */
  deploy(profile: string, content: DeployInput['content'], more?: Partial<DeployInput>): Promise<void>
  /** Lets a poll interval and its jitter pass. */
  passInterval(seconds?: number): void
  close(): Promise<void>
}

export async function startWorld(options: LocalAppConfigOptions = {}): Promise<World> {
  const clock = manualClock()
  const local = await startLocalAppConfig({ clock, ...options })
  const client = sdkClient(local.url)
  return {
    local,
    clock,
    source: direct({ client }),
    impatientSource: direct({ client, requestTimeoutMs: 300 }),
    async deploy(profile, content, more = {}) {
      await local.deploy({ application: APPLICATION, environment: ENVIRONMENT, profile, content, ...more })
    },
    passInterval: (seconds = 60) => clock.advance(seconds * 1100 + 1),
    async close() {
      client.destroy()
      await local.close()
    },
  }
}

export function sdkClient(endpoint: string, maxAttempts = 3): AppConfigDataClient {
  return new AppConfigDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts,
  })
}

/** Waits for what I/O under way will bring; the test's own time-out ends it when that never comes. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Waits until every shared document of a client was asked for at this very moment, and answered. */
export async function polled(
  client: Pick<AppConfigClient, 'health'>,
  { clock }: Pick<World, 'clock'>,
): Promise<void> {
  await until(() => client.health().documents.every(({ checkedAtMs }) => checkedAtMs === clock.now()))
}

type RecordedName = Exclude<EventName, 'decision'>

/** The events of a client as they come; all but decisions, which are of requests. */
export type Recorded = { readonly [Name in RecordedName]: AppConfigEvents[Name][] }

export function record(client: Pick<AppConfigClient, 'on'>): Recorded {
  const events: Recorded = {
    change: [],
    rejected: [],
    failure: [],
    stale: [],
    recovered: [],
    override: [],
    shadow: [],
  }
  for (const name of Object.keys(events) as RecordedName[])
    client.on(name, (event) => void events[name].push(event as never))
  return events
}
