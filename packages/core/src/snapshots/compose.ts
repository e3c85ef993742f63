/**
 * Composing a tenant's configuration from one version of each layer.
 *
 * Its cost grows with the tenant's own layers, not with the base it shares, except for one copy of the
 * configuration's top level and the schema's validation.
 *
 * @module
 */
import { type FlagWarnings, noteOn } from '../config-notes.ts'
import type { Version } from '../documents/version.ts'
import { DocumentError } from '../errors.ts'
import { compileFlagsInSteps, type VariantFlags } from '../flags/variants.ts'
import { copyInSteps, isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import { type HeldVersion, layerValue, notAnObject } from '../layers/layer-value.ts'
import { mergeLayerInto } from '../layers/merge.ts'
import type { TenantLayer } from '../layers/tenant-layer.ts'
import type { SplitHash } from '../rules/split.ts'
import { Pace, type Steps } from '../turns.ts'
import type { UsageCounter } from '../usage/usage.ts'
import { withVariants } from '../views/view.ts'
import { type Base, type MergeBase, variantsUnusable } from './base.ts'
import type { CheckConfig } from './check-schema.ts'
import { checkVariants } from './check-variants.ts'
import { ComposedNotes } from './provenance.ts'
import { describeRefusal, type LayerPart } from './schema-refusal.ts'

/** Merges and validates the versions of layers, in steps. It may cache results. */
export type Compose = (
  layers: readonly TenantLayer[],
  versions: readonly HeldVersion[],
) => Steps<JsonValue | DocumentError>

/** The options of a client that composing needs. */
export interface ComposeOptions {
  readonly defaults: JsonObject | undefined
  readonly check: CheckConfig
  readonly split: SplitHash
  readonly warnings: FlagWarnings
  /** Where requests are counted, if they are. */
  readonly usage: UsageCounter | undefined
  readonly mergeBase: MergeBase
}

/** Makes the function that merges versions, lowest first, and validates the result. */
export function createCompose(options: ComposeOptions): Compose {
  const { defaults, check, mergeBase } = options
  return function* compose(layers, versions) {
    const base = yield* mergeBase(layers, versions)
    if (base instanceof DocumentError) return base
    const merged = yield* mergeOwn(base, layers, versions, options)
    if (merged instanceof DocumentError) return merged
    const { config, flags, used } = merged
    if (isPlainObject(config)) {
      noteOn(config, new ComposedNotes(layers, versions, base, flags, options))
      // Before the schema sees it: one that converts what it is given must not change what is served.
      Object.freeze(config)
    }
    const issues = flags.size === 0 ? check(config) : yield* checkVariants(config, flags, check)
    if (issues.length > 0) return refusal(issues, partsOf(layers, versions, defaults))
    for (const version of base.used) version.composed = true
    for (const version of used) version.composed = true
    return isPlainObject(config) && flags.size > 0 ? yield* withVariants(config, flags) : config
  }
}

interface Merged {
  /** An object is never shared: its notes belong to one set of versions. */
  readonly config: JsonValue
  readonly flags: VariantFlags
  /** The versions of the layers above the base. */
  readonly used: readonly Version[]
}

/** Merges the layers above the base over it. */
function* mergeOwn(
  { count, merged, keys, flags }: Base,
  layers: readonly TenantLayer[],
  versions: readonly HeldVersion[],
  { split }: ComposeOptions,
): Steps<Merged | DocumentError> {
  const used: Version[] = []
  const values: JsonObject[] = []
  for (let at = count; at < layers.length; at++) {
    const [layer, version] = [layers[at] as TenantLayer, versions[at]]
    if (version === undefined || layer.isWithheld) continue
    const value = layerValue(layer, version)
    if (value instanceof DocumentError) return value
    used.push(version)
    if (value === undefined) continue
    if (layers.length === 1 && merged === undefined && layer.content === 'any')
      return { config: yield* ownCopyOf(value), flags, used }
    if (!isPlainObject(value)) return notAnObject(layer)
    values.push(value)
  }
  if (merged !== undefined && !isPlainObject(merged)) return { config: merged, flags, used }
  const config = yield* copyInSteps(merged ?? {}, keys, new Pace())
  for (const value of values) yield* mergeLayerInto(config, value)
  try {
    return { config, flags: yield* flagsOver(flags, config, values, split), used }
  } catch (error) {
    return variantsUnusable(error)
  }
}

function* ownCopyOf(value: JsonValue): Steps<JsonValue> {
  return isPlainObject(value) ? yield* copyInSteps(value, Object.keys(value), new Pace()) : value
}

/** The flags with variants: the base's, except for keys that higher layers set. */
function* flagsOver(
  base: VariantFlags,
  config: JsonObject,
  layers: readonly JsonObject[],
  split: SplitHash,
): Steps<VariantFlags> {
  let flags: Map<string, VariantsOfFlag> | undefined
  const pace = new Pace()
  for (const layer of layers) {
    const keys = Object.keys(layer)
    const own = yield* compileFlagsInSteps(config, keys, split)
    if (own.size === 0 && base.size === 0) continue
    for (const key of keys) {
      if (pace.isDue()) yield
      const variants = own.get(key)
      if (variants === (flags ?? base).get(key)) continue
      flags ??= new Map(base)
      if (variants === undefined) flags.delete(key)
      else flags.set(key, variants)
    }
  }
  return flags ?? base
}

type VariantsOfFlag = NonNullable<ReturnType<VariantFlags['get']>>

/** The value of each layer, for texts that name the origin of a place. */
function partsOf(
  layers: readonly TenantLayer[],
  versions: readonly HeldVersion[],
  defaults: JsonObject | undefined,
): LayerPart[] {
  const parts: LayerPart[] = defaults ? [{ from: undefined, value: defaults }] : []
  for (const [at, layer] of layers.entries()) {
    const version = versions[at]
    const value = version && layerValue(layer, version)
    if (version === undefined || value === undefined || value instanceof DocumentError) continue
    parts.push({ from: { document: layer.document, version }, value })
  }
  return parts
}

function refusal(issues: ReturnType<CheckConfig>, parts: readonly LayerPart[]): DocumentError {
  return new DocumentError('CONFIG_INVALID', `the merged configuration ${describeRefusal(issues, parts)}`)
}
