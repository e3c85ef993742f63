/**
 * Deployments: starting, stopping and taking them back.
 *
 * An environment has one deployment in progress at a time, over all its profiles, and a bake
 * counts as progress. How one in progress moves on is `progress.ts`; who is served what because
 * of it is `served.ts`.
 *
 * @module
 */

import { servedTo } from '../data-plane/served.ts'
import { badRequest, conflict, notFound } from '../errors.ts'
import type { Deployment, Environment, Profile } from '../resources/entities.ts'
import { getEnvironment, pathOfEnvironment } from '../resources/environments.ts'
import { findVersion } from '../resources/hosted-versions.ts'
import {
  DESCRIPTION,
  type Members,
  number,
  optionalNumber,
  optionalText,
  text,
  withoutUndefined,
} from '../resources/members.ts'
import { type Page, page } from '../resources/pages.ts'
import { getProfile } from '../resources/profiles.ts'
import { getStrategy } from '../resources/strategies.ts'
import { tagNew } from '../resources/tags.ts'
import { validateVersion } from '../resources/validators.ts'
import type { State } from '../store/state.ts'
import { extensionsAppliedTo } from './applied-extensions.ts'
import {
  deploymentInProgress,
  nowOf,
  putDeployment,
  rolledBackByUser,
  settle,
  settleDeployment,
  withEvents,
} from './progress.ts'

const REVERT_WITHIN_MS = 72 * 3_600_000
const ANY_NUMBER = { min: 0, max: Number.MAX_SAFE_INTEGER }

/** A deployment as the API shows it. */
export type DeploymentOutput = Omit<Deployment, 'transitions' | 'tickedMs'>

/** A deployment in a list. */
export type DeploymentSummary = Omit<
  DeploymentOutput,
  | 'ApplicationId'
  | 'EnvironmentId'
  | 'DeploymentStrategyId'
  | 'ConfigurationLocationUri'
  | 'Description'
  | 'EventLog'
  | 'AppliedExtensions'
> & { readonly Type: 'USER' }

/** `ConfigurationVersion` is a version's number or label. Runs the profile's validators first. */
export async function startDeployment(state: State, members: Members): Promise<DeploymentOutput> {
  const profile = getProfile(state, members)
  const strategy = getStrategy(state, members)
  const Description = optionalText(members, 'Description', DESCRIPTION)
  const expected = optionalNumber(members, 'LatestDeploymentNumber', ANY_NUMBER)
  const version = deployableVersion(
    state,
    profile,
    text(members, 'ConfigurationVersion', { min: 1, max: 1024 }),
  )
  refuseWhileBusy(state, getEnvironment(state, members))
  await validateVersion(state, profile, version)

  // Read again: the validators took time, and another deployment may have been started meanwhile.
  settle(state)
  const environment = getEnvironment(state, members)
  refuseWhileBusy(state, environment)
  const { latestDeployment } = environment
  if (expected !== undefined && expected !== latestDeployment) {
    throw conflict(
      `Deployment number ${expected + 1} already exists: the latest deployment is ${latestDeployment}.`,
    )
  }
  const started: Deployment = withoutUndefined({
    ApplicationId: environment.ApplicationId,
    EnvironmentId: environment.Id,
    DeploymentStrategyId: strategy.Id,
    ConfigurationProfileId: profile.Id,
    DeploymentNumber: latestDeployment + 1,
    ConfigurationName: profile.Name,
    ConfigurationLocationUri: profile.LocationUri,
    ConfigurationVersion: String(version.VersionNumber),
    VersionLabel: version.VersionLabel,
    Description,
    DeploymentDurationInMinutes: strategy.DeploymentDurationInMinutes,
    GrowthType: strategy.GrowthType,
    GrowthFactor: strategy.GrowthFactor,
    FinalBakeTimeInMinutes: strategy.FinalBakeTimeInMinutes,
    State: 'DEPLOYING',
    PercentageComplete: 0,
    StartedAt: nowOf(state),
    EventLog: [],
    AppliedExtensions: extensionsAppliedTo(state, environment, profile),
    transitions: 0,
  } satisfies Deployment)
  const logged = withEvents(started, [
    {
      EventType: 'DEPLOYMENT_STARTED',
      TriggeredBy: 'USER',
      Description: 'Deployment started',
      OccurredAt: started.StartedAt,
    },
  ])
  tagNew(state, `${pathOfEnvironment(environment)}/deployment/${started.DeploymentNumber}`, members)
  putDeployment(state, environment, logged)
  return deploymentOutput(settleDeployment(state, getEnvironment(state, members), logged))
}

/**
 * Ends a deployment in progress (`ROLLED_BACK`) or, with `AllowRevert`, takes a complete one back
 * within 72 hours (`REVERTED`). Only what is being served can be reverted; AWS does not say what
 * reverting something older would mean.
 */
export function stopDeployment(state: State, members: Members): DeploymentOutput {
  const environment = getEnvironment(state, members)
  const deployment = deploymentOf(state, environment, members)
  const allowRevert = members['AllowRevert'] === true
  const stopped = stoppedOrReverted(state, environment, deployment, allowRevert)
  putDeployment(state, environment, stopped)
  return deploymentOutput(stopped)
}

/** GetDeployment. @throws {AppConfigServiceError} `ResourceNotFoundException`. */
export function getDeployment(state: State, members: Members): DeploymentOutput {
  return deploymentOutput(deploymentOf(state, getEnvironment(state, members), members))
}

/** Newest first. */
export function listDeployments(state: State, members: Members): Page<DeploymentSummary> {
  const { ApplicationId, Id, latestDeployment } = getEnvironment(state, members)
  const summaries: DeploymentSummary[] = []
  for (let wanted = latestDeployment; wanted > 0; wanted -= 1) {
    const deployment = state.deployments.get(`${ApplicationId}/${Id}/${wanted}`)
    if (deployment) summaries.push(deploymentSummary(deployment))
  }
  return page(summaries, members, ({ DeploymentNumber }) => String(DeploymentNumber))
}

function stoppedOrReverted(
  state: State,
  environment: Environment,
  deployment: Deployment,
  allowRevert: boolean,
): Deployment {
  const { DeploymentNumber, State } = deployment
  const now = nowOf(state)
  const mayStop =
    State === 'DEPLOYING' ||
    (State === 'BAKING' && (allowRevert || state.settings.stopWhileBaking === 'allow'))
  if (mayStop) return rolledBackByUser(deployment, now)
  if (State !== 'COMPLETE' || !allowRevert) {
    const hint = State === 'BAKING' || State === 'COMPLETE' ? ' without Allow-Revert' : ''
    throw badRequest(`Deployment ${DeploymentNumber} is ${State} and cannot be stopped${hint}.`)
  }
  const ageMs = state.clock.now() - Date.parse(deployment.CompletedAt ?? deployment.StartedAt)
  if (ageMs > REVERT_WITHIN_MS) {
    throw badRequest(`Deployment ${DeploymentNumber} was completed more than 72 hours ago.`)
  }
  refuseRevertInBusy(state, environment)
  if (servedTo(state, environment, deployment.ConfigurationProfileId, '')?.deployment !== deployment) {
    throw badRequest(`Deployment ${DeploymentNumber} is not the newest complete one of its profile.`)
  }
  return withEvents({ ...deployment, State: 'REVERTED' }, [
    { EventType: 'REVERT_COMPLETED', TriggeredBy: 'USER', Description: 'Revert completed', OccurredAt: now },
  ])
}

function deployableVersion(
  state: State,
  profile: Profile,
  wanted: string,
): NonNullable<ReturnType<typeof findVersion>> {
  if (profile.LocationUri !== 'hosted') {
    throw badRequest(`${profile.LocationUri} cannot be deployed here: only hosted configurations can.`)
  }
  const version = findVersion(state, profile, wanted)
  if (!version) throw notFound('Hosted configuration version', wanted)
  return version
}

function deploymentOf(state: State, { ApplicationId, Id }: Environment, members: Members): Deployment {
  const wanted = number(members, 'DeploymentNumber', ANY_NUMBER)
  const deployment = state.deployments.get(`${ApplicationId}/${Id}/${wanted}`)
  if (!deployment) throw notFound('Deployment', String(wanted))
  return deployment
}

function refuseWhileBusy(state: State, environment: Environment): void {
  const busy = deploymentInProgress(state, environment)
  if (busy) {
    throw conflict(
      `Deployment number ${busy.DeploymentNumber} is ${busy.State} in environment ${environment.Name} (${environment.Id}); an environment has one deployment at a time.`,
    )
  }
}

function refuseRevertInBusy(state: State, environment: Environment): void {
  const busy = deploymentInProgress(state, environment)
  if (busy) throw badRequest(`Deployment number ${busy.DeploymentNumber} is ${busy.State}: stop it first.`)
}

function deploymentOutput({ transitions: _, tickedMs: __, ...deployment }: Deployment): DeploymentOutput {
  return deployment
}

function deploymentSummary(deployment: Deployment): DeploymentSummary {
  return withoutUndefined({
    DeploymentNumber: deployment.DeploymentNumber,
    ConfigurationProfileId: deployment.ConfigurationProfileId,
    ConfigurationName: deployment.ConfigurationName,
    ConfigurationVersion: deployment.ConfigurationVersion,
    DeploymentDurationInMinutes: deployment.DeploymentDurationInMinutes,
    GrowthType: deployment.GrowthType,
    GrowthFactor: deployment.GrowthFactor,
    FinalBakeTimeInMinutes: deployment.FinalBakeTimeInMinutes,
    State: deployment.State,
    PercentageComplete: deployment.PercentageComplete,
    StartedAt: deployment.StartedAt,
    CompletedAt: deployment.CompletedAt,
    VersionLabel: deployment.VersionLabel,
    Type: 'USER' as const,
  })
}
