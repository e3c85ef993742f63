/**
 * A tenant that is being served: its layers, their documents, and its snapshot.
 *
 * The snapshot is brought up to date when it is asked for; nothing is composed twice, and a tenant
 * that was ever served keeps what it had when something new does not fit.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { isAbsent } from '../documents/document-state.ts'
import { type AppConfigError, DocumentError, SourceError, TenantError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { type HeldVersion, layerValue } from '../layers/layer-value.ts'
import { isOwn, isTenantsOwn, type TenantLayer } from '../layers/tenant-layers.ts'
import type { Compose } from '../snapshots/compose.ts'
import { type LayerChoice, newestValid } from '../snapshots/newest-valid.ts'
import { documentName } from '../sources/source.ts'
import type { Tenant } from './tenant.ts'

/** The cache entry of a tenant. */
export interface TenantEntry {
  /** Undefined for the entry of requests without a tenant. */
  readonly tenant: Tenant | undefined
  readonly layers: readonly TenantLayer[]
  /** One for each layer. */
  documents: readonly LiveDocument[]
  snapshot: JsonValue | undefined
  /** What the snapshot was made of. */
  versions: readonly HeldVersion[] | undefined
  /** Why the current versions could not be used, where they could not. */
  error: AppConfigError | undefined
  /** The layers whose current version was refused. */
  refused: readonly number[]
  /** Whether every request sees the snapshot as it is: none of its flags has variants. */
  isPlain: boolean
  /** Whether a document has changed since the snapshot was brought up to date. */
  isOutdated: boolean
  /** When the documents must be looked at before the snapshot is served: one may not have been polled in time. */
  coldAtMs: number
  /** When a request used it, to the second. */
  usedAtMs: number
  /** Requests that are waiting for it: while there are any, its documents are polled though it was evicted. */
  waiting: number
}

const NONE: readonly number[] = []

/** An entry that has a snapshot. */
export interface ServedEntry extends TenantEntry {
  snapshot: JsonValue
}

/** Whether an entry has a snapshot to serve. */
export function isServed(entry: TenantEntry): entry is ServedEntry {
  return entry.snapshot !== undefined
}

/** An entry without a snapshot, whose documents are not held yet. */
export function createEntry(tenant: Tenant | undefined, layers: readonly TenantLayer[]): TenantEntry {
  return {
    tenant,
    layers,
    documents: [],
    snapshot: undefined,
    versions: undefined,
    error: undefined,
    refused: NONE,
    isPlain: false,
    isOutdated: true,
    coldAtMs: Number.NEGATIVE_INFINITY,
    usedAtMs: Number.NEGATIVE_INFINITY,
    waiting: 0,
  }
}

/** Whether there is anything of the tenant's own: a stranger's configuration is made of what all share. */
export function hasOwn({ layers, versions }: TenantEntry): boolean {
  return layers.some((layer, at) => {
    const version = versions?.[at]
    if (version === undefined || !isOwn(layer)) return false
    return layerValue(layer, version) !== undefined
  })
}

/** Brings the snapshot up to date with the documents; without a valid one, leaves it and says why. */
export function refresh(entry: TenantEntry, compose: Compose): void {
  entry.isOutdated = false
  entry.refused = NONE
  const choices: LayerChoice[] = []
  for (const [at, layer] of entry.layers.entries()) {
    const choice = choose(layer, entry.documents[at] as LiveDocument, entry.versions, at)
    if (choice instanceof Error) {
      entry.error = choice
      return
    }
    choices.push(choice)
  }
  const composed = newestValid(entry.layers, choices, compose)
  if (composed instanceof DocumentError) {
    entry.error = composed
    entry.refused = choices.flatMap(({ current }, at) =>
      current && !current.composed && !entry.layers[at]?.isWithheld ? [at] : [],
    )
    return
  }
  entry.snapshot = composed.snapshot
  entry.versions = composed.versions
  entry.refused = composed.heldBack
  entry.error = composed.error
}

/** A tenant's own document that was served before is believed to be gone when that was said so often in a row. */
const ABSENCES_TO_BELIEVE = 2

function choose(
  layer: TenantLayer,
  { state }: LiveDocument,
  served: readonly HeldVersion[] | undefined,
  at: number,
): LayerChoice | AppConfigError {
  const { current, previous } = state
  if (isAbsent(state)) {
    if (layer.optional) return { current: undefined, previous: served?.[at] }
    const isGone =
      current === undefined || (layer.scope === 'tenant' && state.absences >= ABSENCES_TO_BELIEVE)
    // What was served stays: to whom it was served, and, until it is sure, to everybody.
    if (isGone && served === undefined) return isTenantsOwn(layer) ? unknownTenant(layer) : absent(layer)
  }
  if (current === undefined) return state.lastError?.error ?? notYet(layer)
  if (!served && isSectionMissing(layer, state.current)) return unknownTenant(layer)
  return { current, previous: served ? served[at] : (previous ?? current) }
}

function isSectionMissing(layer: TenantLayer, current: HeldVersion): boolean {
  if (layer.section === undefined || layer.optional || current === undefined) return false
  return layerValue({ ...layer, optional: true }, current) === undefined
}

function unknownTenant({ document, section }: TenantLayer): TenantError {
  const what =
    section === undefined ? `the profile ${documentName(document)}` : `a section of ${documentName(document)}`
  return new TenantError(
    'TENANT_UNKNOWN',
    `this tenant has no configuration: its layer, ${what}, does not exist. Deploy it, or make the layer optional`,
  )
}

function absent({ document }: TenantLayer): DocumentError {
  return new DocumentError(
    'DOCUMENT_ABSENT',
    `${documentName(document)} does not exist, or nothing is deployed there. Check the names, deploy it, or make the layer optional`,
  )
}

function notYet({ document }: TenantLayer): SourceError {
  return new SourceError(
    'SOURCE_FAILED',
    `${documentName(document)} has not been read yet: its source has not answered in time`,
  )
}
