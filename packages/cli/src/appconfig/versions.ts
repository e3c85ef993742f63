/**
 * Hosted versions: making one from a content, and finding the one that was made of it before.
 *
 * @module
 */

import { isSameContent } from '@appconfig-kit/rollout'
import {
  type AppConfigClient,
  CreateHostedConfigurationVersionCommand,
  GetHostedConfigurationVersionCommand,
  paginateListHostedConfigurationVersions,
} from '@aws-sdk/client-appconfig'
import type { Content } from '../content-file.ts'
import { CliError } from '../failure.ts'
import type { Named } from './names.ts'

/** A profile of an application. */
export interface ProfilePlace {
  readonly application: Named
  readonly profile: Named
}

/** What a version is given besides its content. */
export interface VersionOptions {
  readonly label?: string
  readonly description?: string
}

/** AppConfig takes a version's description in a header, which holds no other characters for sure. */
const HEADER_TEXT = /^[\x20-\x7e]*$/

/** Whether a text can be sent in a header. */
export function fitsHeader(text: string): boolean {
  return HEADER_TEXT.test(text)
}

/**
 * Makes a version, or takes the one that has the label and the same content: a deployment that broke
 * off may have made it.
 *
 * @returns its number.
 * @throws {CliError} `conflict` where the label stands for another content.
 */
export async function createVersion(
  client: AppConfigClient,
  place: ProfilePlace,
  { bytes, contentType }: Content,
  { label, description }: VersionOptions,
): Promise<number> {
  try {
    const { VersionNumber = 0 } = await client.send(
      new CreateHostedConfigurationVersionCommand({
        ...idsOfProfile(place),
        Content: bytes,
        ContentType: contentType,
        VersionLabel: label,
        Description: description !== undefined && fitsHeader(description) ? description : undefined,
      }),
    )
    return VersionNumber
  } catch (error) {
    if (label === undefined || (error as Error).name !== 'ConflictException') throw error
    const number = await findLabelled(client, place, label)
    if (number !== undefined && (await hasContent(client, place, number, bytes))) return number
    throw labelTaken(place, label, error)
  }
}

/** Whether a version holds this content. */
export async function hasContent(
  client: AppConfigClient,
  place: ProfilePlace,
  VersionNumber: number,
  bytes: Uint8Array,
): Promise<boolean> {
  const { Content = new Uint8Array() } = await client.send(
    new GetHostedConfigurationVersionCommand({ ...idsOfProfile(place), VersionNumber }),
  )
  return isSameContent(Content, bytes)
}

/** The failure of a label that stands for another content. */
export function labelTaken({ profile }: ProfilePlace, label: string, cause?: unknown): CliError {
  const message = `The label '${label}' is taken in profile ${profile.name}, by a version with another content: give this one another.`
  return new CliError('conflict', message, { cause })
}

async function findLabelled(
  client: AppConfigClient,
  place: ProfilePlace,
  VersionLabel: string,
): Promise<number | undefined> {
  const pages = paginateListHostedConfigurationVersions({ client }, { ...idsOfProfile(place), VersionLabel })
  for await (const { Items = [] } of pages) {
    const found = Items.find((item) => item.VersionLabel === VersionLabel)
    if (found) return found.VersionNumber
  }
  return undefined
}

function idsOfProfile({ application, profile }: ProfilePlace): {
  readonly ApplicationId: string
  readonly ConfigurationProfileId: string
} {
  return { ApplicationId: application.id, ConfigurationProfileId: profile.id }
}
