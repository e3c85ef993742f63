/**
 * Deployments, as the commands see them.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import {
  type AppConfigClient,
  GetDeploymentCommand,
  type GetDeploymentCommandOutput,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { CliError } from '../failure.ts'
import type { Named, Place } from './names.ts'

/** An entry of a deployment's event log. */
export interface DeploymentEvent {
  readonly type: string
  readonly triggeredBy: string
  readonly description: string
  readonly occurredAt: string | undefined
}

/** A deployment; this is also how `--json` prints it. */
export interface Deployment {
  readonly application: string
  readonly environment: string
  readonly profile: string
  /** Names of profiles are not unique. Absent where an older AppConfig does not say it. */
  readonly profileId: string | undefined
  readonly deployment: number
  readonly version: string
  readonly versionLabel: string | undefined
  readonly state: string
  readonly percentage: number
  readonly description: string | undefined
  readonly startedAt: string | undefined
  readonly completedAt: string | undefined
  /** Newest first. */
  readonly events: readonly DeploymentEvent[]
}

const IN_PROGRESS = ['VALIDATING', 'DEPLOYING', 'BAKING', 'ROLLING_BACK']

/** Whether it is still in progress, bake time included. */
export function isInProgress({ state }: Pick<Deployment, 'state'>): boolean {
  return IN_PROGRESS.includes(state)
}

/** Whether it deploys this profile. */
export function isOf({ profile, profileId }: Deployment, wanted: Named): boolean {
  return profileId === undefined ? profile === wanted.name : profileId === wanted.id
}

/** Why a deployment was rolled back or reverted, in AppConfig's words. */
export function reasonOf({ events }: Deployment): string | undefined {
  const event =
    events.find(({ type }) => type === 'ROLLBACK_STARTED') ??
    events.find(({ type }) => type === 'ROLLBACK_COMPLETED')
  return event?.description.replace(/^Rollback started: /, '')
}

/** @throws {CliError} `notFound`. */
export async function getDeployment(
  client: AppConfigClient,
  place: Place,
  number: number,
  abortSignal?: AbortSignal,
): Promise<Deployment> {
  const command = new GetDeploymentCommand({ ...idsOf(place), DeploymentNumber: number })
  try {
    return fromOutput(place, await client.send(command, abortSignal ? { abortSignal } : {}))
  } catch (error) {
    if ((error as Error).name !== 'ResourceNotFoundException') throw error
    throw new CliError('notFound', `There is no deployment ${number} in ${nameOf(place)}.`, { cause: error })
  }
}

/** The newest deployments, newest first, without their events. */
export async function listDeployments(
  client: AppConfigClient,
  place: Place,
  most: number,
): Promise<Deployment[]> {
  const deployments: Deployment[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(
      new ListDeploymentsCommand({
        ...idsOf(place),
        MaxResults: Math.min(50, most - deployments.length),
        ...(NextToken !== undefined && { NextToken }),
      }),
    )
    for (const summary of page.Items ?? []) deployments.push(fromOutput(place, summary))
    NextToken = page.NextToken
  } while (NextToken !== undefined && deployments.length < most)
  return deployments
}

/** The environment's deployment in progress: there is never more than one, and it is the newest. */
export async function findInProgress(client: AppConfigClient, place: Place): Promise<Deployment | undefined> {
  const [newest] = await listDeployments(client, place, 1)
  return newest && isInProgress(newest) ? newest : undefined
}

/** Ends a deployment in progress or, with `allowRevert`, takes back a complete one. */
export async function stopDeployment(
  client: AppConfigClient,
  place: Place,
  number: number,
  allowRevert: boolean,
): Promise<Deployment> {
  await client.send(
    new StopDeploymentCommand({ ...idsOf(place), DeploymentNumber: number, AllowRevert: allowRevert }),
  )
  return getDeployment(client, place, number)
}

/**
 * Looks at a deployment until it no longer changes.
 *
 * @param onLook called with each state, the last included.
 * @throws {CliError} `interrupted`; the deployment goes on.
 */
export async function followDeployment(
  client: AppConfigClient,
  place: Place,
  number: number,
  { intervalMs, signal, onLook }: FollowOptions,
): Promise<Deployment> {
  try {
    for (;;) {
      const deployment = await getDeployment(client, place, number, signal)
      onLook(deployment)
      if (!isInProgress(deployment)) return deployment
      await sleep(intervalMs, undefined, { signal })
    }
  } catch (error) {
    if (!signal.aborted) throw error
    throw new CliError(
      'interrupted',
      `No longer watching; deployment ${number} goes on. To end it: appconfig-kit stop.`,
    )
  }
}

/** How to follow a deployment. */
export interface FollowOptions {
  readonly intervalMs: number
  readonly signal: AbortSignal
  readonly onLook: (deployment: Deployment) => void
}

/** `application/environment`. */
export function nameOf({ application, environment }: Place): string {
  return `${application.name}/${environment.name}`
}

/** The ids that API calls take. */
export function idsOf({ application, environment }: Place): {
  readonly ApplicationId: string
  readonly EnvironmentId: string
} {
  return { ApplicationId: application.id, EnvironmentId: environment.id }
}

/** A deployment, or its summary from a list, from the API's form. */
export function fromOutput(
  { application, environment }: Place,
  output: Partial<GetDeploymentCommandOutput>,
): Deployment {
  return {
    application: application.name,
    environment: environment.name,
    profile: output.ConfigurationName ?? '',
    profileId: output.ConfigurationProfileId,
    deployment: output.DeploymentNumber ?? 0,
    version: output.ConfigurationVersion ?? '',
    versionLabel: output.VersionLabel,
    state: output.State ?? '',
    percentage: output.PercentageComplete ?? 0,
    description: output.Description,
    startedAt: output.StartedAt?.toISOString(),
    completedAt: output.CompletedAt?.toISOString(),
    events: (output.EventLog ?? []).map((event) => ({
      type: event.EventType ?? '',
      triggeredBy: event.TriggeredBy ?? '',
      description: event.Description ?? '',
      occurredAt: event.OccurredAt?.toISOString(),
    })),
  }
}
