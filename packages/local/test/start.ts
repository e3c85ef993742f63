/**
 * What every test here needs: a local AppConfig on a clock of its own, and the real SDK's clients.
 *
 * @module
 */
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import {
  AppConfigDataClient,
  GetLatestConfigurationCommand,
  type GetLatestConfigurationCommandOutput,
  StartConfigurationSessionCommand,
} from '@aws-sdk/client-appconfigdata'
import { onTestFinished } from 'vitest'
import { type LocalAppConfig, type LocalAppConfigOptions, startLocalAppConfig } from '../src/index.ts'

export const MINUTE = 60_000
export const HOUR = 3_600_000
/** After it AppConfig.AllAtOnce has reached everybody. */
export const FIRST_STEP = 5000

export interface Started {
  readonly local: LocalAppConfig
  readonly clock: ManualClock
  /** The control plane. */
  readonly control: AppConfigClient
  /** The data plane. */
  readonly data: AppConfigDataClient
}

/** Starts one that ends with the test. */
export async function start(options: LocalAppConfigOptions = {}): Promise<Started> {
  const clock = manualClock()
  const local = await startLocalAppConfig({ clock, ...options })
  const control = new AppConfigClient(clientOptions(local.url))
  const data = new AppConfigDataClient(clientOptions(local.url))
  onTestFinished(async () => {
    control.destroy()
    data.destroy()
    await local.close()
  })
  return { local, clock, control, data }
}

export interface ClientOptions {
  readonly endpoint: string
  readonly region: string
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  readonly maxAttempts: number
}

/** Nothing but the endpoint is special. */
export function clientOptions(endpoint: string): ClientOptions {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }
  return { endpoint, region: 'us-east-1', credentials, maxAttempts: 1 }
}

export const API = { application: 'api', environment: 'prod-01', profile: 'default' } as const

/** Opens a session of `api/prod-01/default`. */
export async function open(data: AppConfigDataClient, intervalSeconds?: number): Promise<string> {
  const { InitialConfigurationToken } = await data.send(
    new StartConfigurationSessionCommand({
      ApplicationIdentifier: API.application,
      EnvironmentIdentifier: API.environment,
      ConfigurationProfileIdentifier: API.profile,
      RequiredMinimumPollIntervalInSeconds: intervalSeconds,
    }),
  )
  return InitialConfigurationToken ?? ''
}

export interface Polled {
  readonly token: string
  /** The body; empty when unchanged. */
  readonly text: string
  readonly output: GetLatestConfigurationCommandOutput
}

/** Polls once. */
export async function poll(data: AppConfigDataClient, token: string): Promise<Polled> {
  const output = await data.send(new GetLatestConfigurationCommand({ ConfigurationToken: token }))
  const text = output.Configuration?.transformToString() ?? ''
  return { token: output.NextPollConfigurationToken ?? '', text, output }
}

/** What a promise was rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}
