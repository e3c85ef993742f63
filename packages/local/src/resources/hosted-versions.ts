/**
 * Hosted configuration versions: the content, numbered from 1 in each profile.
 *
 * A deleted version can no longer be read or deployed, but what already serves it goes on.
 * Flags are stored as admission makes them, which is what a client reads back.
 * A label names one version of a profile; AWS does not say what a second one would mean.
 *
 * @module
 */
import { types } from 'node:util'
import { badRequest, conflict, notFound, payloadTooLarge } from '../errors.ts'
import type { State } from '../store/state.ts'
import type { HostedVersion, Profile } from './entities.ts'
import { admittedContent } from './flag-admission.ts'
import {
  DESCRIPTION,
  type Members,
  number,
  optionalNumber,
  optionalText,
  text,
  withoutUndefined,
} from './members.ts'
import { type Page, page } from './pages.ts'
import { FEATURE_FLAGS, getProfile, putProfile } from './profiles.ts'

const LABEL = { min: 1, max: 64, pattern: /[^0-9]/ }

/** A version in a list. */
export type VersionSummary = Omit<HostedVersion, 'contentBase64' | 'deleted'>

/** `Content` is a `Uint8Array`. Flags submitted again unchanged answer the version they already are. */
export function createHostedVersion(state: State, members: Members): HostedVersion {
  const profile = getProfile(state, members)
  const content = contentOf(members)
  const ContentType = text(members, 'ContentType', { min: 1, max: 255 })
  const VersionLabel = optionalText(members, 'VersionLabel', LABEL)
  const Description = optionalText(members, 'Description', DESCRIPTION)
  if (content.byteLength > state.settings.maxContentBytes) {
    throw payloadTooLarge(content.byteLength, state.settings.maxContentBytes)
  }
  refuseStaleNumber(profile, members)
  const twin = profile.Type === FEATURE_FLAGS ? liveVersions(state, profile)[0] : undefined
  const contentBase64 = storedForm(state, profile, content, twin)
  if (twin?.contentBase64 === contentBase64 && twin.VersionLabel === VersionLabel) return twin
  if (VersionLabel !== undefined && findLabelled(state, profile, VersionLabel)) {
    throw conflict(`Version label ${VersionLabel} is already in use in configuration profile ${profile.Id}.`)
  }

  const version: HostedVersion = withoutUndefined({
    ApplicationId: profile.ApplicationId,
    ConfigurationProfileId: profile.Id,
    VersionNumber: profile.latestVersion + 1,
    Description: Description === '' ? undefined : Description,
    ContentType,
    VersionLabel,
    contentBase64,
    deleted: false,
  } satisfies HostedVersion)
  putProfile(state, { ...profile, latestVersion: version.VersionNumber })
  putVersion(state, version)
  return version
}

/**
 * The base64 of what is stored of a content: of flags, what admission makes of it.
 *
 * @param before the version that unchanged flags take their timestamps from.
 * @throws {AppConfigServiceError} `BadRequestException` for a document of flags that is none.
 */
export function storedForm(
  state: State,
  { Type }: Pick<Profile, 'Type'>,
  content: Uint8Array,
  before: HostedVersion | undefined,
): string {
  const bytes =
    Type === FEATURE_FLAGS
      ? admittedContent(content, before?.contentBase64, state.clock.now())
      : Buffer.from(content)
  return bytes.toString('base64')
}

/**
 * GetHostedConfigurationVersion.
 *
 * @throws {AppConfigServiceError} `ResourceNotFoundException`, also once it is deleted.
 */
export function getHostedVersion(state: State, members: Members): HostedVersion {
  const profile = getProfile(state, members)
  const wanted = number(members, 'VersionNumber', { min: 0, max: Number.MAX_SAFE_INTEGER })
  const version = state.versions.get(`${profile.ApplicationId}/${profile.Id}/${wanted}`)
  if (!version || version.deleted) throw notFound('Hosted configuration version', String(wanted))
  return version
}

/** DeleteHostedConfigurationVersion. The content is kept, since a deployment may still serve it. */
export function deleteHostedVersion(state: State, members: Members): void {
  putVersion(state, { ...getHostedVersion(state, members), deleted: true })
}

/** Newest first. `VersionLabel` filters; a trailing `*` makes it a prefix. */
export function listHostedVersions(state: State, members: Members): Page<VersionSummary> {
  const profile = getProfile(state, members)
  const label = optionalText(members, 'VersionLabel', { min: 1, max: 64 })
  const summaries = liveVersions(state, profile)
    .filter((version) => label === undefined || labelMatches(version.VersionLabel, label))
    .map(({ contentBase64: _, deleted: __, ...summary }) => summary)
  return page(summaries, members, ({ VersionNumber }) => String(VersionNumber))
}

/** The version that a number or a label names. */
export function findVersion(state: State, profile: Profile, wanted: string): HostedVersion | undefined {
  if (!/^\d+$/.test(wanted)) return findLabelled(state, profile, wanted)
  const version = versionByNumber(state, profile, Number(wanted))
  return version?.deleted === false ? version : undefined
}

/** The version of that number, deleted or not: what a deployment serves. */
export function versionByNumber(
  state: State,
  { ApplicationId, Id }: Pick<Profile, 'ApplicationId' | 'Id'>,
  wanted: number,
): HostedVersion | undefined {
  return state.versions.get(`${ApplicationId}/${Id}/${wanted}`)
}

function findLabelled(state: State, profile: Profile, label: string): HostedVersion | undefined {
  return liveVersions(state, profile).find(({ VersionLabel }) => VersionLabel === label)
}

function liveVersions(state: State, profile: Profile): HostedVersion[] {
  const versions: HostedVersion[] = []
  for (let wanted = profile.latestVersion; wanted > 0; wanted -= 1) {
    const version = versionByNumber(state, profile, wanted)
    if (version?.deleted === false) versions.push(version)
  }
  return versions
}

function putVersion(state: State, version: HostedVersion): void {
  const { ApplicationId, ConfigurationProfileId, VersionNumber } = version
  state.versions.put(`${ApplicationId}/${ConfigurationProfileId}/${VersionNumber}`, version)
}

function contentOf(members: Members): Uint8Array {
  const content = members['Content']
  if (!types.isUint8Array(content)) throw badRequest('Content is required.')
  return content
}

function refuseStaleNumber(profile: Profile, members: Members): void {
  const expected = optionalNumber(members, 'LatestVersionNumber', { min: 0, max: Number.MAX_SAFE_INTEGER })
  if (expected !== undefined && expected !== profile.latestVersion) {
    throw conflict(
      `The latest version of configuration profile ${profile.Id} is ${profile.latestVersion}, not ${expected}.`,
    )
  }
}

function labelMatches(label: string | undefined, wanted: string): boolean {
  if (label === undefined) return false
  return wanted.endsWith('*') ? label.startsWith(wanted.slice(0, -1)) : label === wanted
}
