/**
 * Composing a tenant's configuration from one version of each layer.
 *
 * Its cost grows with the tenant's own layers, not with the base it shares, except for one copy of the
 * configuration's top level and the schema's validation.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { DocumentError } from '../errors.ts'
import { type FlagWarnings, warnAbout } from '../flags/flag-warnings.ts'
import { compileFlag, type VariantFlags } from '../flags/variants.ts'
import { copyOf, isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { type LayerInput, layerValue, notAnObject } from '../layers/layer-value.ts'
import { mergeLayerInto } from '../layers/merge.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import type { SplitHash } from '../rules/split.ts'
import { withVariants } from '../views/view.ts'
import { type Base, type MergeBase, variantsUnusable } from './base.ts'
import type { CheckConfig } from './check-schema.ts'
import { checkVariants } from './check-variants.ts'
import { describeRefusal, type LayerPart } from './schema-refusal.ts'
import { stampWithLayers } from './stamp.ts'

/** Merges and validates the inputs of layers. It may cache results. */
export type ComposeInputs = (
  layers: readonly TenantLayer[],
  inputs: readonly LayerInput[],
) => JsonValue | DocumentError

/** The options of a client that composing needs. */
export interface ComposeOptions {
  readonly defaults: JsonObject | undefined
  readonly check: CheckConfig
  readonly split: SplitHash
  readonly warnings: FlagWarnings
  readonly mergeBase: MergeBase
}

/** Makes the function that merges inputs, lowest first, and validates the result. */
export function composeInputs(options: ComposeOptions): ComposeInputs {
  const { defaults, check, warnings, mergeBase } = options
  return function compose(layers, inputs) {
    const base = mergeBase(layers, inputs)
    if (base instanceof DocumentError) return base
    const merged = mergeOwn(base, layers, inputs, options)
    if (merged instanceof DocumentError) return merged
    const { config, flags, versions } = merged
    const issues = checkVariants(config, flags, check)
    if (issues.length > 0) return refusal(issues, partsOf(layers, inputs, defaults))
    for (const version of base.versions) version.composed = true
    for (const version of versions) version.composed = true
    if (!isPlainObject(config)) return config
    stampWithLayers(config, layers, inputs, base)
    warnAbout(config, warnings)
    return withVariants(config, flags)
  }
}

interface Merged {
  /** Frozen. An object is never shared: its stamp belongs to one set of inputs. */
  readonly config: JsonValue
  readonly flags: VariantFlags
  /** The versions of the layers above the base. */
  readonly versions: readonly Version[]
}

/** Merges the layers above the base over it. */
function mergeOwn(
  { count, merged, flags }: Base,
  layers: readonly TenantLayer[],
  inputs: readonly LayerInput[],
  { split }: ComposeOptions,
): Merged | DocumentError {
  const versions: Version[] = []
  const values: JsonObject[] = []
  for (let at = count; at < layers.length; at++) {
    const [layer, version] = [layers[at] as TenantLayer, inputs[at]]
    if (version === undefined || layer.isWithheld) continue
    const value = layerValue(layer, version)
    if (value instanceof DocumentError) return value
    versions.push(version)
    if (value === undefined) continue
    if (layers.length === 1 && merged === undefined && layer.content === 'any')
      return { config: frozenCopyOf(value), flags, versions }
    if (!isPlainObject(value)) return notAnObject(layer)
    values.push(value)
  }
  if (values.length === 0) return { config: frozenCopyOf(merged ?? {}), flags, versions }
  const config = copyOf((merged ?? {}) as JsonObject)
  for (const value of values) mergeLayerInto(config, value)
  try {
    return { config: Object.freeze(config), flags: flagsOver(flags, config, values, split), versions }
  } catch (error) {
    return variantsUnusable(error)
  }
}

function frozenCopyOf(value: JsonValue): JsonValue {
  return isPlainObject(value) ? Object.freeze(copyOf(value)) : value
}

/** The flags with variants: the base's, except for keys that higher layers set. */
function flagsOver(
  base: VariantFlags,
  config: JsonObject,
  layers: readonly JsonObject[],
  split: SplitHash,
): VariantFlags {
  let flags: Map<string, ReturnType<typeof compileFlag> & {}> | undefined
  for (const layer of layers) {
    for (const key of Object.keys(layer)) {
      const variants = compileFlag(key, ownValue(config, key), split)
      if (variants === (flags ?? base).get(key)) continue
      flags ??= new Map(base)
      if (variants === undefined) flags.delete(key)
      else flags.set(key, variants)
    }
  }
  return flags ?? base
}

/** The value of each layer, for texts that name the origin of a place. */
function partsOf(
  layers: readonly TenantLayer[],
  inputs: readonly LayerInput[],
  defaults: JsonObject | undefined,
): LayerPart[] {
  const parts: LayerPart[] = defaults ? [{ from: undefined, value: defaults }] : []
  for (const [at, layer] of layers.entries()) {
    const version = inputs[at]
    const value = version && layerValue(layer, version)
    if (version === undefined || value === undefined || value instanceof DocumentError) continue
    parts.push({ from: { document: layer.document, version }, value })
  }
  return parts
}

function refusal(issues: ReturnType<CheckConfig>, parts: readonly LayerPart[]): DocumentError {
  return new DocumentError('CONFIG_INVALID', `the merged configuration ${describeRefusal(issues, parts)}`)
}
