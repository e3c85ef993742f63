/**
 * Deployments: looking at them, starting and stopping them.
 *
 * @module
 */
import {
  type DeploymentSummary,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StartDeploymentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import type { Deployment } from '../cells/deployment.ts'
import { allItems, type ControlPlane } from './control-plane.ts'
import type { CellIds } from './names.ts'

/**
 * Deployments that take a version back are known by their description. A tag would need permission to tag,
 * and to read it an ARN with the account's number, which no answer of AppConfig holds.
 */
const MARK = 'appconfig-kit:takes-back='
const MARKED = new RegExp(`^${MARK}(.+)$`)
const PAGE_SIZE = 50
/** Of the newer deployments of a profile, how many are asked for their description. */
const MOST_ASKED = 10

/**
 * The deployments of a cell, newest first: as far back as the label's newest one and the complete one before
 * it, or all of them.
 */
export async function lookAtDeployments(
  plane: ControlPlane,
  ids: CellIds,
  label: string,
): Promise<readonly Deployment[]> {
  const { ApplicationId, EnvironmentId, ConfigurationProfileId } = ids
  const summaries = await allItems<DeploymentSummary>(
    (NextToken) =>
      plane.send(
        new ListDeploymentsCommand({ ApplicationId, EnvironmentId, MaxResults: PAGE_SIZE, NextToken }),
      ),
    (items) => isFarEnough(items, ConfigurationProfileId, label),
  )
  const ofProfile = summaries.filter((each) => each.ConfigurationProfileId === ConfigurationProfileId)
  const newer = ofProfile.slice(0, Math.max(0, ofProfile.findIndex(isOf(label)))).slice(0, MOST_ASKED)
  const marks = new Map<number | undefined, string | undefined>()
  for (const { DeploymentNumber } of newer) {
    const { Description } = await plane.send(
      new GetDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber }),
    )
    marks.set(DeploymentNumber, takenBackBy(Description))
  }
  return summaries.map((each) => deploymentOf(each, marks.get(each.DeploymentNumber)))
}

/** What {@link startDeployment} starts. */
export interface Start {
  readonly version: string
  readonly strategyId: string
  readonly description: string
  /** The number of the environment's newest deployment that was seen; AppConfig refuses if there is a newer one. */
  readonly latest: number | undefined
}

/** Starts a deployment. @returns its number. */
export async function startDeployment(plane: ControlPlane, ids: CellIds, start: Start): Promise<number> {
  const { DeploymentNumber = 0 } = await plane.send(
    new StartDeploymentCommand({
      ...ids,
      ConfigurationVersion: start.version,
      DeploymentStrategyId: start.strategyId,
      Description: start.description,
      LatestDeploymentNumber: start.latest,
    }),
  )
  return DeploymentNumber
}

/** Rolls back a deployment in progress, or reverts a complete one: whichever it is by then. */
export async function stopDeployment(
  plane: ControlPlane,
  { ApplicationId, EnvironmentId }: CellIds,
  DeploymentNumber: number,
): Promise<void> {
  await plane.send(
    new StopDeploymentCommand({ ApplicationId, EnvironmentId, DeploymentNumber, AllowRevert: true }),
  )
}

/** The description of a deployment that takes a label back. */
export function markOf(label: string): string {
  return MARK + label
}

/** The label that a deployment of this description takes back, if a rollout started it for that. */
export function takenBackBy(description = ''): string | undefined {
  return MARKED.exec(description)?.[1]
}

function isFarEnough(items: readonly DeploymentSummary[], profileId: string, label: string): boolean {
  const ofProfile = items.filter((each) => each.ConfigurationProfileId === profileId)
  const ours = ofProfile.findIndex(isOf(label))
  if (ours < 0) return false
  return ofProfile.slice(ours).some((each) => each.State === 'COMPLETE' && each.VersionLabel !== label)
}

function isOf(label: string): (summary: DeploymentSummary) => boolean {
  return ({ VersionLabel }) => VersionLabel === label
}

function deploymentOf(summary: DeploymentSummary, takesBack: string | undefined): Deployment {
  return {
    number: summary.DeploymentNumber ?? 0,
    profileId: summary.ConfigurationProfileId ?? '',
    profile: summary.ConfigurationName ?? '',
    version: summary.ConfigurationVersion ?? '',
    label: summary.VersionLabel,
    state: summary.State ?? '',
    percentage: summary.PercentageComplete ?? 0,
    growthMinutes: summary.DeploymentDurationInMinutes ?? 0,
    startedMs: summary.StartedAt?.getTime(),
    completedMs: summary.CompletedAt?.getTime(),
    takesBack,
  }
}
