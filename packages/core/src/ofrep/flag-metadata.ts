/**
 * Where a flag comes from, as OpenFeature's metadata.
 *
 * @module
 */
import type { LayerVersion } from '../config-notes.ts'

/** What OpenFeature's telemetry takes over of an answer. */
export type FlagMetadata = Readonly<Record<string, string | boolean>>

/** The layer that has a flag, and its version. */
export interface FlagOrigin {
  readonly layer: { readonly document: Pick<LayerVersion, 'application' | 'environment' | 'profile'> }
  readonly version: Pick<LayerVersion, 'versionLabel' | 'revision'>
}

/**
 * The metadata of a flag.
 *
 * @param origin the layer that has the flag; undefined for `defaults`.
 */
export function metadataOf(origin: FlagOrigin | undefined): FlagMetadata {
  if (origin === undefined) return { layer: 'defaults' }
  const { application, environment, profile } = origin.layer.document
  const { versionLabel, revision } = origin.version
  return Object.freeze({
    flagSetId: `${application}/${environment}/${profile}`,
    version: versionLabel ?? revision,
    layer: profile,
  })
}
