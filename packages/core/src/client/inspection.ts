/**
 * The provenance of a tenant's configuration, by layer and by key.
 *
 * @module
 */
import { type DocumentHealth, type DocumentVersion, describeVersion } from '../documents/version.ts'
import { DocumentError, textForDevelopers } from '../errors.ts'
import { hasReducedFlags, hasVariantFlags } from '../flags/reduce-flags.ts'
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { layerValue } from '../layers/layer-value.ts'
import { nodeModule } from '../node-modules.ts'
import { documentName } from '../sources/source.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'

/** One layer of an inspected configuration: the state of its document, and what is used of it. */
export interface InspectedLayer extends DocumentHealth {
  /** The key of the section that is the layer; undefined where the whole document is. */
  readonly section: string | undefined
  /** Whether the document may be absent. */
  readonly optional: boolean
  /** The version in use, which is an older one while the newest is refused; undefined where none is. */
  readonly used: DocumentVersion | undefined
  /** Whether the newest version is refused, so that an older one is used. */
  readonly isHeldBack: boolean
  /**
   * Where the variants of the layer's flags are chosen: `evaluated` in this process; `by-agent`;
   * `default-only` because the source withholds their rules; `partly-evaluated` where it withholds some;
   * `none` where the layer has no flags with variants.
   */
  readonly variants: 'none' | 'evaluated' | 'by-agent' | 'default-only' | 'partly-evaluated'
}

/** The provenance of a tenant's configuration: see {@link AppConfigClient.inspect}. */
export interface Inspection {
  /** `cold`: no request of this tenant was served lately, so the client holds nothing of it. */
  readonly state: 'warm' | 'cold'
  /** Lowest first; empty when cold. */
  readonly layers: readonly InspectedLayer[]
  /**
   * The origin of each key, down to single values (`checkout.limit`): `application/environment/profile`, with
   * `#section` for a section, or `defaults`.
   */
  readonly keys: Readonly<Record<string, string>>
  /** Whether anything in use may not be the newest: a version is held back, or a document can't be polled. */
  readonly isStale: boolean
  /** Why the newest versions are not in use; undefined where they are. */
  readonly error: { readonly code: string; readonly message: string } | undefined
  /** The configuration itself, only if it was asked for. */
  readonly config?: JsonValue
}

/** Options of {@link AppConfigClient.inspect}. */
export interface InspectOptions {
  /** Whether the answer holds the configuration itself. @default false */
  readonly values?: boolean
}

/** The inspection of a tenant of which the client holds nothing. */
export const COLD: Inspection = { state: 'cold', layers: [], keys: {}, isStale: false, error: undefined }

/** What of an entry an inspection shows. */
export interface InspectedEntry
  extends Pick<TenantEntry, 'snapshot' | 'versions' | 'layers' | 'refused' | 'error'> {
  readonly documents: readonly { health(): DocumentHealth }[]
}

/**
 * Inspects the entry of a tenant; {@link COLD} where it has no snapshot.
 *
 * @param agentEvaluates whether the source chooses variants that came as defaults only.
 */
export function inspectEntry(
  entry: InspectedEntry,
  defaults: JsonObject | undefined,
  agentEvaluates: boolean,
  { values = false }: InspectOptions,
): Inspection {
  const { snapshot, versions, layers, documents, refused, error } = entry
  if (snapshot === undefined) return COLD
  const inspected = layers.map((layer, at) => {
    const version = versions?.[at]
    const health = documents[at]?.health() as DocumentHealth
    const { section, optional } = layer
    return {
      ...health,
      section,
      optional,
      used: version && describeVersion(version),
      isHeldBack: refused.includes(at),
      variants: variantsOf(version && layerValue(layer, version), agentEvaluates),
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

/** The values of the layers, highest first: the first that holds a value is its origin. */
function contributions(
  { layers, versions }: InspectedEntry,
  defaults: JsonObject | undefined,
): Contribution[] {
  const found: Contribution[] = defaults ? [{ name: 'defaults', value: defaults }] : []
  for (const [at, layer] of layers.entries()) {
    const version = versions?.[at]
    const value = version && layerValue(layer, version)
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
      // A boolean over a flag sets its `enabled`: then the layer that has the flag is the origin.
      const origin =
        layers.find((layer) => nodeModule('util').isDeepStrictEqual(at(layer.value, path), value)) ??
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
