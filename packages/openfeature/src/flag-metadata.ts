/**
 * Where a flag comes from, as OpenFeature's metadata.
 *
 * @module
 */
import type { DocumentId } from '@appconfig-kit/core'

/** What OpenFeature's telemetry takes over of an answer. */
export type FlagMetadata = Readonly<Record<string, string | boolean>>

/** @param origin the layer that has the flag; undefined for `defaults`. */
export function metadataOf(
  origin: (DocumentId & { readonly versionLabel: string | undefined; readonly revision: string }) | undefined,
): FlagMetadata {
  if (origin === undefined) return { layer: 'defaults' }
  const { application, environment, profile, versionLabel, revision } = origin
  return Object.freeze({
    flagSetId: `${application}/${environment}/${profile}`,
    version: versionLabel ?? revision,
    layer: profile,
  })
}
