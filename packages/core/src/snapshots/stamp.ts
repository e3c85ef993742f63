/**
 * What a configuration was made of, kept beside it.
 *
 * Beside, never inside: a configuration's keys are the user's.
 *
 * @module
 */
import { type DocumentVersion, describeVersion, type Version } from '../documents/version.ts'
import { layerValue } from '../layers/layer-value.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import { sharedState } from '../shared-state.ts'
import type { DocumentId } from '../sources/source.ts'

/** One layer of a configuration and its version. */
export interface LayerVersion extends DocumentId, DocumentVersion {
  /** The section of the document that was used, where one was. */
  readonly section: string | undefined
}

interface Stamp {
  readonly layers: readonly LayerVersion[]
  readonly isFallback: boolean
}

const stamps = sharedState('stamps', () => new WeakMap<object, Stamp>())

/** Described when somebody asks: every tenant has one, and few are asked for. */
class ComposedStamp implements Stamp {
  readonly isFallback = false
  readonly #layers: readonly TenantLayer[]
  readonly #inputs: readonly (Version | undefined)[]
  /** Kept while the configuration is: tenants composed later share it. */
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
      // A section that is not there is not named: tenants without one share this configuration.
      const section = layerValue(layer, version) === undefined ? undefined : layer.section
      return [{ ...layer.document, section, ...describeVersion(version) }]
    })
  }
}

/** @param base what the lowest of the layers come to. */
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

/** Gives a view the stamp of what it is a view of. */
export function restamp<T extends object>(view: T, snapshot: object): T {
  const stamp = stamps.get(snapshot)
  if (stamp) stamps.set(view, stamp)
  return view
}

/**
 * The layers a configuration was made of, lowest first, each with its version.
 *
 * @returns an empty list for what is no configuration of ours, and for `defaults` served in place
 * of one.
 */
export function versionOf(config: unknown): readonly LayerVersion[] {
  return stampOf(config)?.layers ?? []
}

/** Whether this is `defaults`, served because there was no configuration to be had. */
export function isFallback(config: unknown): boolean {
  return stampOf(config)?.isFallback ?? false
}

function stampOf(config: unknown): Stamp | undefined {
  return typeof config === 'object' && config !== null ? stamps.get(config) : undefined
}
