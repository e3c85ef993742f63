/**
 * The base of a tenant's configuration: the lowest layers, up to the first that is the tenant's own.
 *
 * Tenants share it: it is merged once, and its flags are compiled once. A tenant's own layers are merged over
 * it.
 *
 * @module
 */
import type { Version } from '../documents/version.ts'
import { DocumentError, messageOf } from '../errors.ts'
import { compileFlagsInSteps, type VariantFlags } from '../flags/variants.ts'
import { isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import { type HeldVersion, layerValue, notAnObject } from '../layers/layer-value.ts'
import { mergeLayer, withoutNulls } from '../layers/merge.ts'
import { isOwn, type TenantLayer } from '../layers/tenant-layer.ts'
import type { SplitHash } from '../rules/split.ts'
import { sharingSteps } from '../shared-steps.ts'
import type { Steps } from '../turns.ts'
import { createWeakCache } from '../weak-cache.ts'

/** The lowest layers of a tenant, merged. */
export interface Base {
  /** The number of its layers. */
  readonly count: number
  /** Undefined if no layer has a value. */
  readonly merged: JsonValue | undefined
  /** Its keys: listing those of an object that has thousands takes as long as copying some of them. */
  readonly keys: readonly string[]
  readonly flags: VariantFlags
  /** The versions it is made of. */
  readonly used: readonly Version[]
}

/** The options of a client that merging a base needs. */
export interface BaseOptions {
  readonly defaults: JsonObject | undefined
  readonly split: SplitHash
}

/** Merges the base of a tenant's layers; an error if that is not possible. */
export type MergeBase = (
  layers: readonly TenantLayer[],
  versions: readonly HeldVersion[],
) => Steps<Base | DocumentError>

/**
 * Merges the lowest layers over `defaults`.
 *
 * A single layer of `any` content, without defaults, is the configuration as it is; all others must be objects.
 */
export function mergeBase({ defaults, split }: BaseOptions): MergeBase {
  return function* merge(layers, versions) {
    const used: Version[] = []
    let merged: JsonValue | undefined = defaults && (yield* withoutNulls(defaults))
    const count = countOf(layers)
    for (let at = 0; at < count; at++) {
      const [layer, version] = [layers[at] as TenantLayer, versions[at]]
      if (version === undefined) continue
      const value = layerValue(layer, version)
      if (value instanceof DocumentError) return value
      if (value === undefined) continue
      used.push(version)
      if (layers.length === 1 && merged === undefined && layer.content === 'any') merged = value
      else if (!isPlainObject(value)) return notAnObject(layer)
      else merged = yield* isPlainObject(merged) ? mergeLayer(merged, value) : withoutNulls(value)
    }
    const object = isPlainObject(merged) ? merged : {}
    const keys = Object.keys(object)
    try {
      return { count, merged, keys, flags: yield* compileFlagsInSteps(object, keys, split), used }
    } catch (error) {
      return variantsUnusable(error)
    }
  }
}

/** The same, once for the same versions. */
export function mergingOnce(merge: MergeBase): MergeBase {
  const bases = createWeakCache<Base>()
  const share = sharingSteps<Base | DocumentError>()
  return function* mergeOnce(layers, versions) {
    const count = countOf(layers)
    let key = `${layers.length}`
    for (let at = 0; at < count; at++) key += ` ${layers[at]?.content} ${versions[at]?.id}`
    const known = bases.get(key)
    if (known) return known
    const base = yield* share(key, () => merge(layers, versions))
    if (!(base instanceof DocumentError)) bases.set(key, base)
    return base
  }
}

function countOf(layers: readonly TenantLayer[]): number {
  const firstOwn = layers.findIndex(isOwn)
  return firstOwn < 0 ? layers.length : firstOwn
}

/** The error of flags whose variants can't be compiled. */
export function variantsUnusable(error: unknown): DocumentError {
  return new DocumentError('DOCUMENT_INVALID', `a flag with variants can't be used: ${messageOf(error)}`)
}
