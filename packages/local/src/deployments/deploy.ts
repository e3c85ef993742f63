/**
 * Deploys in one call: creates missing resources and a version, and starts a deployment.
 *
 * It calls the functions of the HTTP API, so it refuses what the API refuses.
 *
 * @module
 */
import { types } from 'node:util'
import { createApplication, findApplication } from '../resources/applications.ts'
import type { DeploymentState, HostedVersion, Profile } from '../resources/entities.ts'
import { createEnvironment, findEnvironment, updateEnvironment } from '../resources/environments.ts'
import { createHostedVersion, findVersion, storedForm } from '../resources/hosted-versions.ts'
import { createProfile, findProfile } from '../resources/profiles.ts'
import { createStrategy, findStrategy } from '../resources/strategies.ts'
import type { State } from '../store/state.ts'
import { startDeployment } from './deployments.ts'
import { settled } from './ticks.ts'

/** The default strategy of `deploy()`: no duration, no bake time. It is created when it is first needed. */
export const INSTANT = 'Local.Instant'

/** What {@link LocalAppConfig.deploy} deploys, and where. */
export interface DeployInput {
  /** The application, by name or id. What does not exist is created. */
  readonly application: string
  /** The environment, by name or id. */
  readonly environment: string
  /** The configuration profile, by name or id. */
  readonly profile: string
  /**
   * The type of the profile, if it is created.
   *
   * @default 'AWS.Freeform'
   */
  readonly profileType?: 'AWS.Freeform' | 'AWS.AppConfig.FeatureFlags' | undefined
  /** An object is deployed as JSON. */
  readonly content: string | Uint8Array | object
  /**
   * The content type of the version.
   *
   * @default 'application/json' for an object, and for text that is JSON; else 'text/plain'.
   */
  readonly contentType?: string | undefined
  /** A label that is taken is used again if it stands for the same content. */
  readonly versionLabel?: string | undefined
  /**
   * A strategy's name or id, such as `AppConfig.AllAtOnce`, which bakes for ten minutes.
   *
   * @default 'Local.Instant'
   */
  readonly strategy?: string | undefined
  /** The description of the deployment. @default none */
  readonly description?: string | undefined
  /** The ARNs of the alarms that watch the environment from now on; unchanged when absent. */
  readonly monitors?: readonly string[] | undefined
}

/** The deployment that was started, and the version it deploys. */
export interface DeployResult {
  /** The number of the deployment in its environment, from 1. */
  readonly deploymentNumber: number
  /** The number of the hosted configuration version in its profile, from 1. */
  readonly versionNumber: number
  /** `COMPLETE` with the default strategy; else `DEPLOYING` or `BAKING`. */
  readonly state: DeploymentState
}

/**
 * Deploys.
 *
 * @throws {AppConfigServiceError} `ConflictException` while another deployment is in progress in
 *   the environment, `BadRequestException` where a validator refuses the content, and so on.
 */
export async function deploy(state: State, input: DeployInput): Promise<DeployResult> {
  await settled(state)
  try {
    const applicationId = (
      findApplication(state, input.application) ?? createApplication(state, { Name: input.application })
    ).Id
    const environmentId = environmentOf(state, applicationId, input).Id
    const version = versionOf(state, profileOf(state, applicationId, input), input)
    const deployment = await startDeployment(state, {
      ApplicationId: applicationId,
      EnvironmentId: environmentId,
      ConfigurationProfileId: version.ConfigurationProfileId,
      ConfigurationVersion: String(version.VersionNumber),
      DeploymentStrategyId: strategyId(state, input.strategy ?? INSTANT),
      Description: input.description,
    })
    return {
      deploymentNumber: deployment.DeploymentNumber,
      versionNumber: version.VersionNumber,
      state: deployment.State,
    }
  } finally {
    state.commit()
  }
}

/** The bytes and media type of content in any of the forms `deploy()` takes. */
export function bytesOf({ content, contentType }: Pick<DeployInput, 'content' | 'contentType'>): {
  readonly bytes: Uint8Array
  readonly type: string
} {
  if (types.isUint8Array(content)) {
    return { bytes: content, type: contentType ?? 'application/octet-stream' }
  }
  const text = typeof content === 'string' ? content : JSON.stringify(content)
  return { bytes: Buffer.from(text), type: contentType ?? (isJson(text) ? 'application/json' : 'text/plain') }
}

function environmentOf(
  state: State,
  ApplicationId: string,
  { environment: Name, monitors }: DeployInput,
): { readonly Id: string } {
  const Monitors = monitors?.map((AlarmArn) => ({ AlarmArn }))
  const found = findEnvironment(state, ApplicationId, Name)
  if (!found) return createEnvironment(state, { ApplicationId, Name, Monitors })
  if (!Monitors) return found
  return updateEnvironment(state, { ApplicationId, EnvironmentId: found.Id, Monitors })
}

function profileOf(
  state: State,
  ApplicationId: string,
  { profile: Name, profileType: Type }: DeployInput,
): Profile {
  const found = findProfile(state, ApplicationId, Name)
  if (found) return found
  const { Id } = createProfile(state, { ApplicationId, Name, Type, LocationUri: 'hosted' })
  return state.profiles.get(`${ApplicationId}/${Id}`) as Profile
}

function versionOf(state: State, profile: Profile, input: DeployInput): HostedVersion {
  const { bytes, type } = bytesOf(input)
  const labelled =
    input.versionLabel === undefined ? undefined : findVersion(state, profile, input.versionLabel)
  if (labelled && storedForm(state, profile, bytes, labelled) === labelled.contentBase64) return labelled
  return createHostedVersion(state, {
    ApplicationId: profile.ApplicationId,
    ConfigurationProfileId: profile.Id,
    Content: bytes,
    ContentType: type,
    VersionLabel: input.versionLabel,
    Description: input.description,
  })
}

function strategyId(state: State, identifier: string): string {
  if (identifier !== INSTANT || findStrategy(state, INSTANT)) return identifier
  const instant = createStrategy(state, {
    Name: INSTANT,
    Description: 'Everybody at once, no bake',
    DeploymentDurationInMinutes: 0,
    FinalBakeTimeInMinutes: 0,
    GrowthFactor: 100,
    GrowthType: 'LINEAR',
    ReplicateTo: 'NONE',
  })
  return instant.Id
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
