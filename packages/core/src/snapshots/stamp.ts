/**
 * The provenance of configurations, kept beside them.
 *
 * It is never inside, because the keys of a configuration are the user's.
 *
 * @module
 */
import { type DocumentVersion, describeVersion, type Version } from '../documents/version.ts'
import { layerValue } from '../layers/layer-value.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import { sharedState } from '../shared-state.ts'
import type { DocumentId } from '../sources/source.ts'

/** A layer of a configuration: its document, section and version. */
export interface LayerVersion extends DocumentId, DocumentVersion {
  /** The section that is the layer; undefined if the whole document is. */
  readonly section: string | undefined
}

interface Stamp {
  readonly layers: readonly LayerVersion[]
  readonly isFallback: boolean
}

const stamps = sharedState('stamps', () => new WeakMap<object, Stamp>())

/**
 * The stamp of a composed configuration. It is described when it is read: every tenant has one, and few are
 * read.
 */
class ComposedStamp implements Stamp {
  readonly isFallback = false
  readonly #layers: readonly TenantLayer[]
  readonly #inputs: readonly (Version | undefined)[]
  /** Referenced so that it lives as long as the configuration: tenants composed later share it. */
  readonly base: object

  constructor(layers: readonly TenantLayer[], inputs: readonly (Version | undefined)[], base: object) {
    this.#layers = layers
    this.#inputs = inputs
    this.base = base
  }

  get layers(): readonly LayerVersion[] {
    return this.#layers.flatMap((layer, at) => {
      const version = this.#inputs[at]
      if (version === undefined || layer.isWithheld) return []
      // A missing section is not named: tenants without one share this configuration.
      const section = layerValue(layer, version) === undefined ? undefined : layer.section
      return [{ ...layer.document, section, ...describeVersion(version) }]
    })
  }
}

/**
 * Stamps a configuration with its layers.
 *
 * @param base the base it was merged over.
 */
export function stampWithLayers(
  config: object,
  layers: readonly TenantLayer[],
  inputs: readonly (Version | undefined)[],
  base: object,
): void {
  stamps.set(config, new ComposedStamp(layers, inputs, base))
}

/** Marks `defaults` that are served in place of a configuration. */
export function stampAsFallback<T extends object>(config: T): T {
  stamps.set(config, { layers: [], isFallback: true })
  return config
}

/** Gives a view the stamp of its snapshot. */
export function restamp<T extends object>(view: T, snapshot: object): T {
  const stamp = stamps.get(snapshot)
  if (stamp) stamps.set(view, stamp)
  return view
}

/**
 * The provenance of a configuration: its layers, lowest first, each with its version.
 *
 * @returns an empty list for `defaults` served in place of a configuration, and for any other object.
 */
export function versionOf(config: unknown): readonly LayerVersion[] {
  return stampOf(config)?.layers ?? []
}

/**
 * Whether a configuration is the option `defaults`, served because there was no other (`onUnavailable:
 * 'defaults'`).
 */
export function isFallback(config: unknown): boolean {
  return stampOf(config)?.isFallback ?? false
}

function stampOf(config: unknown): Stamp | undefined {
  return typeof config === 'object' && config !== null ? stamps.get(config) : undefined
}
