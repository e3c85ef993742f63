/**
 * From the documents of a tenant's layers to its configuration.
 *
 * The current version of every layer is tried first. Where that is not valid, as few layers as
 * possible are held back at the version that was good before, the lowest first, so that a bad base
 * never keeps a good layer above it (the kill switch) from taking effect.
 *
 * @module
 */
import { describeVersion, type Version } from '../documents/version.ts'
import { DocumentError, messageOf, quoted } from '../errors.ts'
import { type FlagWarnings, warnAbout } from '../flags/flag-warnings.ts'
import { reduceFlags } from '../flags/reduce-flags.ts'
import { compileVariantFlags, type VariantFlags } from '../flags/variants.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { mergeLayer, withoutNulls } from '../layers/merge.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import type { SplitHash } from '../rules/split.ts'
import { documentName } from '../sources/source.ts'
import { withVariants } from '../views/view.ts'
import { type CheckConfig, NO_CHECK } from './check-schema.ts'
import { describeRefusal, type LayerPart } from './schema-refusal.ts'
import { type LayerVersion, stampWith } from './stamp.ts'

/** What a layer gives at present: a version, or nothing because its document does not exist. */
export type LayerInput = Version | undefined

/** One layer's choices. */
export interface LayerChoice {
  readonly layer: TenantLayer
  readonly current: LayerInput
  /** What was good before; the same as `current` where nothing was, or nothing has changed. */
  readonly lastGood: LayerInput
}

export interface Composed {
  readonly snapshot: JsonValue
  /** What each layer gave. */
  readonly inputs: readonly LayerInput[]
  /** Which layers were held back, and why: empty when everything is current. */
  readonly heldBack: readonly number[]
  readonly error: DocumentError | undefined
}

/** Merges and checks one set of inputs; may remember what it made of the same ones before. */
export type ComposeInputs = (
  layers: readonly TenantLayer[],
  inputs: readonly LayerInput[],
) => JsonValue | DocumentError

/**
 * The newest valid configuration.
 *
 * @returns the error of the current versions when no choice is valid.
 */
export function newestValid(
  choices: readonly LayerChoice[],
  compose: ComposeInputs,
): Composed | DocumentError {
  const layers = choices.map(({ layer }) => layer)
  let firstError: DocumentError | undefined
  for (const heldBack of waysToHoldBack(choices)) {
    const inputs = choices.map(({ current, lastGood }, at) => (heldBack.includes(at) ? lastGood : current))
    const snapshot = compose(layers, inputs)
    if (!(snapshot instanceof DocumentError)) return { snapshot, inputs, heldBack, error: firstError }
    firstError ??= snapshot
  }
  return firstError as DocumentError
}

/** Trying all combinations of this many changed layers costs at most 32 checks. */
const MOST_COMBINED = 5

/** Sets of layers to hold back: none, each alone from the lowest, then more; last of all, all. */
function waysToHoldBack(choices: readonly LayerChoice[]): number[][] {
  const changed = choices.flatMap(({ current, lastGood }, at) => (current === lastGood ? [] : [at]))
  if (changed.length > MOST_COMBINED) return [[], ...changed.map((at) => [at]), changed]
  const subsets = Array.from({ length: 2 ** changed.length }, (_, bits) =>
    changed.filter((_, bit) => bits & (1 << bit)),
  )
  return subsets.sort((a, b) => a.length - b.length)
}

export interface ComposeOptions {
  readonly defaults: JsonObject | undefined
  readonly check: CheckConfig
  readonly split: SplitHash
  readonly warnings: FlagWarnings
}

/**
 * Merges the inputs, lowest first, over `defaults`, and has the result checked.
 *
 * A single layer of `any` content, without defaults, is the configuration as it is; all others must be objects.
 */
export function composeInputs({ defaults, check, split, warnings }: ComposeOptions): ComposeInputs {
  return function compose(layers, inputs) {
    const used: LayerVersion[] = []
    const versions: Version[] = []
    const parts: LayerPart[] = defaults ? [{ from: undefined, value: defaults }] : []
    let merged: JsonValue | undefined = defaults && withoutNulls(defaults)
    for (const [at, layer] of layers.entries()) {
      const version = inputs[at]
      if (version === undefined || layer.isWithheld) continue
      const value = layerValue(layer, version)
      if (value instanceof DocumentError) return value
      versions.push(version)
      // A section that is not there is not named: tenants without one share this object.
      const section = value === undefined ? undefined : layer.section
      used.push({ ...layer.document, section, ...describeVersion(version) })
      if (value === undefined) continue
      parts.push({ from: { document: layer.document, version }, value })
      if (layers.length === 1 && merged === undefined && layer.content === 'any') merged = value
      else if (!isPlainObject(value)) return notAnObject(layer)
      else merged = isPlainObject(merged) ? mergeLayer(merged, value) : withoutNulls(value)
    }
    const config = merged ?? {}
    const flags = readVariants(config, split)
    if (flags instanceof DocumentError) return flags
    const issues = checkVariants(config, flags, check)
    if (issues.length > 0) return refusal(issues, parts)
    for (const version of versions) version.composed = true
    if (!isPlainObject(config)) return config
    // An object of its own, even where it equals a document: the stamp must be this set's.
    const snapshot = stampWith(Object.freeze({ ...config }), { layers: used, isFallback: false })
    warnAbout(snapshot, warnings)
    return withVariants(snapshot, flags)
  }
}

function readVariants(config: JsonValue, split: SplitHash): VariantFlags | DocumentError {
  try {
    return compileVariantFlags(config, split)
  } catch (error) {
    return new DocumentError('DOCUMENT_INVALID', `a flag with variants can't be used: ${messageOf(error)}`)
  }
}

/** Whatever variant a request gets, it must be what the schema says, in the form it is served in. */
function checkVariants(config: JsonValue, flags: VariantFlags, check: CheckConfig): ReturnType<CheckConfig> {
  if (flags.size === 0 || check === NO_CHECK) return check(config)
  const served = reduceFlags(config as JsonObject, flags)
  const issues = check(served)
  if (issues.length > 0) return issues
  for (const [flag, variants] of flags) {
    for (const { served: variant } of variants) {
      const refused = check({ ...served, [flag]: variant })
      if (refused.length > 0) return refused
    }
  }
  return []
}

function refusal(issues: ReturnType<CheckConfig>, parts: readonly LayerPart[]): DocumentError {
  return new DocumentError('CONFIG_INVALID', `the merged configuration ${describeRefusal(issues, parts)}`)
}

/**
 * The part of a document that is this layer: undefined where an optional section is not there, and for a layer of
 * sections in a configuration without a tenant.
 */
export function layerValue(
  { document, section, isWithheld, optional }: TenantLayer,
  { value }: Version,
): JsonValue | DocumentError | undefined {
  if (isWithheld) return undefined
  if (section === undefined) return value
  const part = isPlainObject(value) ? ownValue(value, section) : undefined
  if (isPlainObject(part)) return part
  if (part === undefined && optional && isPlainObject(value)) return undefined
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: the section ${quoted(section)} is ${part === undefined ? 'not there' : 'no object'}`,
  )
}

function notAnObject({ document }: TenantLayer): DocumentError {
  return new DocumentError(
    'DOCUMENT_INVALID',
    `${documentName(document)}: only objects can be merged with other layers. It has to be an object, as application/json or application/x-yaml`,
  )
}
