/**
 * What a configuration was made of.
 *
 * @module
 */
import {
  type ConfigNotes,
  type CountedBy,
  type FlagWarnings,
  type LayerVersion,
  notesOf,
  type Origin,
} from '../config-notes.ts'
import { describeVersion, type Version } from '../documents/version.ts'
import type { VariantFlags } from '../flags/variants.ts'
import { isPlainObject } from '../json.ts'
import { type HeldVersion, layerValue } from '../layers/layer-value.ts'
import type { TenantLayer } from '../layers/tenant-layer.ts'
import type { DocumentId } from '../sources/source.ts'
import type { UsageCounter } from '../usage/usage.ts'

interface NotesOptions {
  readonly warnings: FlagWarnings
  readonly usage: UsageCounter | undefined
}

/**
 * The notes of a composed configuration. Described when somebody asks: every tenant has one, and few are asked for. Each
 * field, a private method too, is 8 bytes a tenant.
 */
export class ComposedNotes implements ConfigNotes {
  /** What the lowest layers come to. Kept while the configuration is: tenants composed later share it. */
  readonly base: object
  readonly variants: VariantFlags
  readonly #layers: readonly TenantLayer[]
  readonly #versions: readonly HeldVersion[]
  readonly #options: NotesOptions
  #usage: CountedBy | undefined

  constructor(
    layers: readonly TenantLayer[],
    versions: readonly HeldVersion[],
    base: object,
    variants: VariantFlags,
    options: NotesOptions,
  ) {
    this.#layers = layers
    this.#versions = versions
    this.base = base
    this.variants = variants
    this.#options = options
  }

  get isFallback(): false {
    return false
  }

  get warnings(): FlagWarnings {
    return this.#options.warnings
  }

  get usage(): CountedBy | undefined {
    const { usage: counter } = this.#options
    if (counter === undefined) return undefined
    this.#usage ??= { counter, counts: counter.countsOf(counted(this.#layers, this.#versions)) }
    return this.#usage
  }

  isHeldBy(profiles: readonly string[], key: string): boolean {
    return this.#layers.some((layer, at) => {
      const version = this.#versions[at]
      if (version === undefined || !profiles.includes(layer.document.profile)) return false
      const value = layerValue(layer, version)
      return isPlainObject(value) && Object.hasOwn(value, key)
    })
  }

  get layers(): readonly LayerVersion[] {
    return this.#layers.flatMap((layer, at) => {
      const version = this.#versions[at]
      return version === undefined || layer.isWithheld ? [] : [describeLayer(layer, version)]
    })
  }

  isMadeOf(test: (document: DocumentId) => boolean): boolean {
    for (let at = 0; at < this.#layers.length; at++) {
      const { document, isWithheld } = this.#layers[at] as TenantLayer
      if (this.#versions[at] !== undefined && !isWithheld && test(document)) return true
    }
    return false
  }

  originOf(key: string): Origin | undefined {
    for (let at = this.#layers.length - 1; at >= 0; at--) {
      const layer = this.#layers[at] as TenantLayer
      const version = this.#versions[at]
      const value = version && layerValue(layer, version)
      if (version && isPlainObject(value) && Object.hasOwn(value, key)) return { layer, version }
    }
    return undefined
  }
}

function counted(
  layers: readonly TenantLayer[],
  versions: readonly HeldVersion[],
): Parameters<UsageCounter['countsOf']>[0] {
  return layers.flatMap(({ document, isWritten, isWithheld }, at) => {
    const version = versions[at]
    if (version === undefined || !isWritten || isWithheld) return []
    return [{ document, version: version.versionLabel ?? version.revision }]
  })
}

function describeLayer(layer: TenantLayer, version: Version): LayerVersion {
  // A section that is not there is not named: tenants without one share this configuration.
  const section = layerValue(layer, version) === undefined ? undefined : layer.section
  // Without its entity, a tenant's id in most cases: tenants with other entities share this configuration.
  const { application, environment, profile } = layer.document
  return { application, environment, profile, section, ...describeVersion(version) }
}

/**
 * The layers a configuration was made of, lowest first, each with its version.
 *
 * @returns an empty list for what is no configuration of ours, and for `defaults` served in place
 * of one.
 */
export function versionOf(config: unknown): readonly LayerVersion[] {
  return notesOf(config)?.layers ?? []
}

/** Whether this is `defaults`, served because there was no configuration to be had. */
export function isFallback(config: unknown): boolean {
  return notesOf(config)?.isFallback ?? false
}
