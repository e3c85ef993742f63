/**
 * The version of a rollout: one for each application, with the label and the content.
 *
 * @module
 */
import {
  CreateHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
  type HostedConfigurationVersionSummary,
  ListHostedConfigurationVersionsCommand,
  ValidateConfigurationCommand,
} from '@aws-sdk/client-appconfig'
import type { Content } from '../content.ts'
import { RolloutError } from '../errors.ts'
import { allItems, type ControlPlane } from './control-plane.ts'
import type { CellIds } from './names.ts'
import { isSameContent } from './same-content.ts'

/** A profile by its ids. */
export type ProfileIds = Omit<CellIds, 'EnvironmentId'>

/**
 * The number of the version that has the label and this content; undefined where nothing has the label.
 *
 * @throws {RolloutError} `LABEL_TAKEN` where the label stands for another content.
 */
export async function findVersion(
  plane: ControlPlane,
  ids: ProfileIds,
  label: string,
  { bytes }: Content,
): Promise<number | undefined> {
  const summaries = await allItems<HostedConfigurationVersionSummary>((NextToken) =>
    plane.send(new ListHostedConfigurationVersionsCommand({ ...ids, VersionLabel: label, NextToken })),
  )
  const found = summaries.find(({ VersionLabel }) => VersionLabel === label)
  if (found?.VersionNumber === undefined) return undefined
  const { VersionNumber } = found
  const { Content: stored = new Uint8Array() } = await plane.send(
    new GetHostedConfigurationVersionCommand({ ...ids, VersionNumber }),
  )
  if (isSameContent(stored, bytes)) return VersionNumber
  const message = `The label '${label}' is taken by version ${VersionNumber}, which has another content: give this one another label.`
  throw new RolloutError('LABEL_TAKEN', message)
}

/** Makes the version. @returns its number. */
export async function createVersion(
  plane: ControlPlane,
  ids: ProfileIds,
  VersionLabel: string,
  { bytes, contentType }: Content,
): Promise<number> {
  const { VersionNumber = 0 } = await plane.send(
    new CreateHostedConfigurationVersionCommand({
      ...ids,
      Content: bytes,
      ContentType: contentType,
      VersionLabel,
    }),
  )
  return VersionNumber
}

/** Asks the profile's validators; rejects with what they refused. */
export async function validateVersion(plane: ControlPlane, ids: ProfileIds, version: number): Promise<void> {
  await plane.send(new ValidateConfigurationCommand({ ...ids, ConfigurationVersion: String(version) }))
}
