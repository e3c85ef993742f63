/**
 * Configuration profiles, and the validators of their content.
 *
 * Profiles of any location can be created, as in AWS, but only `hosted` ones can be deployed here: nothing
 * local stands in for SSM, S3, Secrets Manager or CodePipeline.
 *
 * @module
 */

import { badRequest, notFound } from '../errors.ts'
import type { State } from '../store/state.ts'
import { getApplication } from './applications.ts'
import { refuseWhilePolled } from './deletion-protection.ts'
import type { Profile, Validator } from './entities.ts'
import { newId } from './ids.ts'
import {
  DESCRIPTION,
  IDENTIFIER,
  LONG_NAME,
  type Members,
  objects,
  optionalText,
  text,
  withoutUndefined,
} from './members.ts'
import { type Page, page } from './pages.ts'
import { forgetTags, tagNew } from './tags.ts'

/** The type of profiles whose content is a feature-flag document. */
export const FEATURE_FLAGS = 'AWS.AppConfig.FeatureFlags'

const MOST_VALIDATORS = 2
const MOST_VALIDATOR_CHARACTERS = 32_768
const TYPE = { min: 1, max: 64, pattern: /^[a-zA-Z0-9.-]+$/ }

/** A profile as the API shows it. */
export type ProfileOutput = Omit<Profile, 'latestVersion' | 'createdAtMs'>

/** A profile in a list. */
export interface ProfileSummary {
  readonly ApplicationId: string
  readonly Id: string
  readonly Name: string
  readonly LocationUri: string
  readonly ValidatorTypes: readonly string[]
  readonly Type: string
}

/**
 * CreateConfigurationProfile.
 *
 * @throws {AppConfigServiceError} `BadRequestException`, e.g. for a name that is taken.
 */
export function createProfile(state: State, members: Members): ProfileOutput {
  const { Id: ApplicationId } = getApplication(state, members)
  const Name = text(members, 'Name', LONG_NAME)
  refuseSecondOfName(state, ApplicationId, Name)
  const profile: Profile = withoutUndefined({
    ApplicationId,
    Id: newId((id) => state.profiles.get(`${ApplicationId}/${id}`) !== undefined),
    Name,
    Description: optionalText(members, 'Description', DESCRIPTION),
    LocationUri: text(members, 'LocationUri', { min: 1, max: 2048 }),
    RetrievalRoleArn: optionalText(members, 'RetrievalRoleArn', { min: 20, max: 2048 }),
    Validators: validatorsOf(members),
    Type: optionalText(members, 'Type', TYPE) ?? 'AWS.Freeform',
    KmsKeyIdentifier: optionalText(members, 'KmsKeyIdentifier'),
    latestVersion: 0,
    createdAtMs: state.clock.now(),
  } satisfies Profile)
  tagNew(state, pathOfProfile(profile), members)
  putProfile(state, profile)
  return profileOutput(profile)
}

/** UpdateConfigurationProfile. Members that are not given stay as they are. */
export function updateProfile(state: State, members: Members): ProfileOutput {
  const profile = getProfile(state, members)
  const Name = optionalText(members, 'Name', LONG_NAME) ?? profile.Name
  if (Name !== profile.Name) refuseSecondOfName(state, profile.ApplicationId, Name)
  const updated: Profile = withoutUndefined({
    ...profile,
    Name,
    Description: optionalText(members, 'Description', DESCRIPTION) ?? profile.Description,
    RetrievalRoleArn: optionalText(members, 'RetrievalRoleArn') ?? profile.RetrievalRoleArn,
    Validators: members['Validators'] === undefined ? profile.Validators : validatorsOf(members),
    KmsKeyIdentifier: optionalText(members, 'KmsKeyIdentifier') ?? profile.KmsKeyIdentifier,
  })
  putProfile(state, updated)
  return profileOutput(updated)
}

/** Refuses while it has hosted versions: AWS wants them deleted first. */
export function deleteProfile(state: State, members: Members): void {
  const profile = getProfile(state, members)
  const { ApplicationId, Id, latestVersion } = profile
  for (let number = 1; number <= latestVersion; number += 1) {
    if (state.versions.get(`${ApplicationId}/${Id}/${number}`)?.deleted === false) {
      throw badRequest(`Cannot delete configuration profile ${Id}: delete its hosted versions first.`)
    }
  }
  refuseWhilePolled(state, members, profile, pathOfProfile(profile))
  state.profiles.remove(`${ApplicationId}/${Id}`)
  forgetTags(state, pathOfProfile(profile))
  state.polledAtMs.delete(pathOfProfile(profile))
}

/** GetConfigurationProfile, by id or name. @throws {AppConfigServiceError} `ResourceNotFoundException`. */
export function getProfile(state: State, members: Members): Profile {
  const { Id: applicationId } = getApplication(state, members)
  const identifier = text(members, 'ConfigurationProfileId', IDENTIFIER)
  const profile = findProfile(state, applicationId, identifier)
  if (!profile) throw notFound('Configuration profile', identifier)
  return profile
}

/** ListConfigurationProfiles of an application, a page at a time. */
export function listProfiles(state: State, members: Members): Page<ProfileSummary> {
  const { Id: applicationId } = getApplication(state, members)
  const type = optionalText(members, 'Type', TYPE)
  const summaries = state.profiles
    .all()
    .filter((each) => each.ApplicationId === applicationId && (type === undefined || each.Type === type))
    .map(({ ApplicationId, Id, Name, LocationUri, Validators, Type }) => {
      return {
        ApplicationId,
        Id,
        Name,
        LocationUri,
        ValidatorTypes: Validators.map((each) => each.Type),
        Type,
      }
    })
  return page(summaries, members, ({ Id }) => Id)
}

/** The application's profile of that id, else the one of that name. */
export function findProfile(state: State, applicationId: string, identifier: string): Profile | undefined {
  return (
    state.profiles.get(`${applicationId}/${identifier}`) ??
    state.profiles.all().find((each) => each.ApplicationId === applicationId && each.Name === identifier)
  )
}

/** Keeps a changed profile. */
export function putProfile(state: State, profile: Profile): void {
  state.profiles.put(`${profile.ApplicationId}/${profile.Id}`, profile)
}

/** The profile without internal members. */
export function profileOutput({ latestVersion: _, createdAtMs: __, ...profile }: Profile): ProfileOutput {
  return profile
}

/** The part of its ARN after `arn:…:`. */
export function pathOfProfile({ ApplicationId, Id }: Profile): string {
  return `application/${ApplicationId}/configurationprofile/${Id}`
}

function validatorsOf(members: Members): Validator[] {
  return objects(members, 'Validators', MOST_VALIDATORS).map((validator) => ({
    Type: text(validator, 'Type', { oneOf: ['JSON_SCHEMA', 'LAMBDA'] }) as Validator['Type'],
    Content: text(validator, 'Content', { max: MOST_VALIDATOR_CHARACTERS }),
  }))
}

function refuseSecondOfName(state: State, applicationId: string, name: string): void {
  if (state.profiles.all().some((each) => each.ApplicationId === applicationId && each.Name === name)) {
    throw badRequest(`A configuration profile named ${name} already exists in application ${applicationId}.`)
  }
}
