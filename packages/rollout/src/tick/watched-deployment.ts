/**
 * The deployment that a tick is about: what it deploys, in place of what, since when, and under which names.
 *
 * @module
 */
import {
  type DeploymentSummary,
  GetApplicationCommand,
  GetDeploymentCommand,
  GetEnvironmentCommand,
  ListDeploymentsCommand,
} from '@aws-sdk/client-appconfig'
import { allItems, type ControlPlane } from '../appconfig/control-plane.ts'
import { takenBackBy } from '../appconfig/deployments.ts'
import type { CountsQuery } from '../gate/counts.ts'
import type { TickEvent } from './tick-event.ts'

/** What is judged. */
export type WatchedDeployment = Pick<
  CountsQuery,
  'application' | 'environment' | 'profile' | 'before' | 'after' | 'fromMs'
> & {
  /** The label it takes back, if a rollout started it for that: the way back has no gate. */
  readonly takesBack: string | undefined
}

const PAGE_SIZE = 50
/** Where there is no version before, or it is older than that many deployments, the time is better used. */
const MOST_LISTED = 500

/**
 * Looks the deployment up.
 *
 * Names are those of AppConfig, unless parameters of the association give others: `application`, `environment`
 * and `profile` are what the metrics call them, such as ids where clients are configured with ids.
 */
export async function watchedDeployment(plane: ControlPlane, event: TickEvent): Promise<WatchedDeployment> {
  const { ApplicationId, EnvironmentId, ConfigurationProfileId, DeploymentNumber } = event
  const [deployment, summaries, application, environment] = await Promise.all([
    plane.send(new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber })),
    allItems<DeploymentSummary>(
      (NextToken) =>
        plane.send(
          new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: PAGE_SIZE, NextToken }),
        ),
      (items) => items.length >= MOST_LISTED || versionBefore(items, event) !== undefined,
    ),
    given(event, 'application') ?? nameOfApplication(plane, ApplicationId),
    given(event, 'environment') ?? nameOfEnvironment(plane, ApplicationId, EnvironmentId),
  ])
  return {
    application,
    environment,
    profile: given(event, 'profile') ?? deployment.ConfigurationName ?? ConfigurationProfileId,
    after: nameOfVersion(deployment),
    before: versionBefore(summaries, event),
    fromMs: deployment.StartedAt?.getTime() ?? 0,
    takesBack: takenBackBy(deployment.Description),
  }
}

/** The version that is served to whom the deployment has not reached; undefined where there is none, or not yet. */
function versionBefore(
  summaries: readonly DeploymentSummary[],
  { ConfigurationProfileId, DeploymentNumber }: TickEvent,
): string | undefined {
  const ofProfile = summaries.filter((each) => each.ConfigurationProfileId === ConfigurationProfileId)
  const ours = ofProfile.find((each) => each.DeploymentNumber === DeploymentNumber)
  if (ours === undefined) return undefined
  const before = ofProfile.find(
    (each) =>
      (each.DeploymentNumber ?? 0) < DeploymentNumber &&
      each.State === 'COMPLETE' &&
      each.ConfigurationVersion !== ours.ConfigurationVersion,
  )
  return before && nameOfVersion(before)
}

function nameOfVersion({
  VersionLabel,
  ConfigurationVersion = '',
}: Pick<DeploymentSummary, 'VersionLabel' | 'ConfigurationVersion'>): string {
  return VersionLabel ?? ConfigurationVersion
}

function given({ parameters }: TickEvent, name: string): string | undefined {
  const value = Object.hasOwn(parameters, name) ? parameters[name] : undefined
  return typeof value === 'string' && value !== '' ? value : undefined
}

function nameOfApplication(plane: ControlPlane, ApplicationId: string): Promise<string> {
  return plane.once(`name of application ${ApplicationId}`, async () => {
    const { Name = ApplicationId } = await plane.send(new GetApplicationCommand({ ApplicationId }))
    return Name
  })
}

function nameOfEnvironment(
  plane: ControlPlane,
  ApplicationId: string,
  EnvironmentId: string,
): Promise<string> {
  return plane.once(`name of environment ${ApplicationId}/${EnvironmentId}`, async () => {
    const { Name = EnvironmentId } = await plane.send(
      new GetEnvironmentCommand({ ApplicationId, EnvironmentId }),
    )
    return Name
  })
}
