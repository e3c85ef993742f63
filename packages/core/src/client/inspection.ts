/**
 * Where a tenant's configuration comes from, layer by layer and key by key.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { type DocumentHealth, type DocumentVersion, describeVersion } from '../documents/version.ts'
import { DocumentError, textForDevelopers } from '../errors.ts'
import { hasReducedFlags, hasVariantFlags } from '../flags/reduce-flags.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { layerValue } from '../layers/layer-value.ts'
import { documentName } from '../sources/source.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'

export interface InspectedLayer extends DocumentHealth {
  readonly section: string | undefined
  readonly optional: boolean
  /** The version in use: not the newest, where that is refused. */
  readonly used: DocumentVersion | undefined
  readonly isHeldBack: boolean
  /**
   * What becomes of flags with variants: `evaluated` in this process, chosen `by-agent`, or `default-only`,
   * because the source withholds their rules; `none` where the layer has no such flags.
   */
  readonly variants: 'none' | 'evaluated' | 'by-agent' | 'default-only' | 'partly-evaluated'
}

export interface Inspection {
  /** `cold`: no request of this tenant was served lately, so nothing is known of it here. */
  readonly state: 'warm' | 'cold'
  readonly layers: readonly InspectedLayer[]
  /** For each key, down to single values (`checkout.limit`): the layer it came from. */
  readonly keys: Readonly<Record<string, string>>
  /** Whether anything in use is not known to be the newest. */
  readonly isStale: boolean
  /** Why the newest is not in use, where it is not. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** The configuration itself, only if it was asked for. */
  readonly config?: JsonValue
}

export interface InspectOptions {
  /** @default false */
  readonly values?: boolean
}

export const COLD: Inspection = { state: 'cold', layers: [], keys: {}, isStale: false, error: undefined }

export function inspectEntry(
  entry: TenantEntry,
  defaults: JsonObject | undefined,
  agentEvaluates: boolean,
  { values = false }: InspectOptions,
): Inspection {
  const { snapshot, inputs, layers, documents, refused, error } = entry
  if (snapshot === undefined) return COLD
  const inspected = layers.map((layer, at) => {
    const input = inputs?.[at]
    const health = documents[at]?.health() as DocumentHealth
    const { section, optional } = layer
    return {
      ...health,
      section,
      optional,
      used: input && describeVersion(input),
      isHeldBack: refused.includes(at),
      variants: variantsOf(input && layerValue(layer, input), agentEvaluates),
    }
  })
  return {
    state: 'warm',
    layers: inspected,
    keys: origins(snapshot, contributions(entry, defaults)),
    isStale: refused.length > 0 || inspected.some(({ status }) => status !== 'ok' && status !== 'absent'),
    error: error && { code: error.code, message: textForDevelopers(error) },
    ...(values && { config: snapshot }),
  }
}

function variantsOf(
  value: JsonValue | DocumentError | undefined,
  agentEvaluates: boolean,
): InspectedLayer['variants'] {
  if (value instanceof DocumentError) return 'none'
  const isEvaluated = hasVariantFlags(value)
  if (!hasReducedFlags(value)) return isEvaluated ? 'evaluated' : 'none'
  if (agentEvaluates) return 'by-agent'
  return isEvaluated ? 'partly-evaluated' : 'default-only'
}

interface Contribution {
  readonly name: string
  readonly value: JsonObject
}

/** Highest first: the first that holds a value is where it came from. */
function contributions({ layers, inputs }: TenantEntry, defaults: JsonObject | undefined): Contribution[] {
  const found: Contribution[] = defaults ? [{ name: 'defaults', value: defaults }] : []
  for (const [at, layer] of layers.entries()) {
    const input = inputs?.[at]
    const value = input && layerValue(layer, input)
    if (value === undefined || value instanceof DocumentError || !isPlainObject(value)) continue
    const name = documentName(layer.document)
    found.push({ name: layer.section === undefined ? name : `${name}#${layer.section}`, value })
  }
  return found.reverse()
}

function origins(config: JsonValue, layers: readonly Contribution[]): Record<string, string> {
  const keys: Record<string, string> = {}
  function visit(value: JsonValue, path: readonly string[]): void {
    if (isPlainObject(value) && Object.keys(value).length > 0) {
      for (const key of Object.keys(value)) visit(value[key] as JsonValue, [...path, key])
    } else if (path.length > 0) {
      // A boolean over a flag gives its `enabled`: then the layer that has the flag is the origin.
      const origin =
        layers.find((layer) => isDeepStrictEqual(at(layer.value, path), value)) ??
        layers.find((layer) => ownValue(layer.value, path[0] as string) !== undefined)
      if (origin) keys[path.join('.')] = origin.name
    }
  }
  visit(config, [])
  return keys
}

function at(value: JsonValue, path: readonly string[]): JsonValue | undefined {
  let found: JsonValue | undefined = value
  for (const key of path) found = isPlainObject(found) ? ownValue(found, key) : undefined
  return found
}
