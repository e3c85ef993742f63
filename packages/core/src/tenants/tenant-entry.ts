/**
 * The cache entry of a tenant: its layers, their documents, and its snapshot.
 *
 * The snapshot is updated when it is used. A tenant that was served keeps its snapshot if a new version is
 * not valid.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { isAbsent } from '../documents/document-state.ts'
import { type AppConfigError, DocumentError, SourceError, TenantError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import { type HeldVersion, layerValue } from '../layers/layer-value.ts'
import { isOwn, isTenantsOwn, type TenantLayer } from '../layers/tenant-layer.ts'
import type { Compose } from '../snapshots/compose.ts'
import { type LayerChoice, newestValid } from '../snapshots/newest-valid.ts'
import { documentName } from '../sources/source.ts'
import type { Steps } from '../turns.ts'
import type { Tenant } from './tenant.ts'

/** The cache entry of a tenant. */
export interface TenantEntry {
  /** Undefined for the entry of requests without a tenant. */
  readonly tenant: Tenant | undefined
  /** The next entry of the same tenant id. */
  sibling: TenantEntry | undefined
  /** Whether the tenant is known to exist, and is no id that somebody made up. */
  isConfirmed: boolean
  readonly layers: readonly TenantLayer[]
  /** One for each layer; none before they are held, and after the entry was released. */
  documents: readonly LiveDocument[]
  snapshot: JsonValue | undefined
  /** The versions of the snapshot, one for each layer. */
  versions: readonly HeldVersion[] | undefined
  /** Why the current versions are not used; undefined if they are. */
  error: AppConfigError | undefined
  /** The layers whose current version was refused. */
  refused: readonly number[]
  /** Whether all requests see the snapshot itself, because none of its flags has variants. */
  isPlain: boolean
  /** Whether a document has changed since the last update began. */
  isOutdated: boolean
  /**
   * Time (ms) from which the cached snapshot must not be served before the documents' due times are checked;
   * a poll may have been missed.
   */
  coldAtMs: number
  /** When a request last used it, to the second. */
  usedAtMs: number
  /** Whether the last update took more than one step: then requests leave updates to the sweep. */
  isLarge: boolean
  /** The number of loads under way: while there are any, its documents are polled even if it was evicted. */
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

/** Whether its documents were given back: it was evicted, and nobody waits for it. */
export function isReleased({ layers, documents }: TenantEntry): boolean {
  return documents.length < layers.length
}

/** An entry without a snapshot, whose documents are not held yet. */
export function createEntry(tenant: Tenant | undefined, layers: readonly TenantLayer[]): TenantEntry {
  return {
    tenant,
    sibling: undefined,
    isConfirmed: false,
    layers,
    documents: [],
    snapshot: undefined,
    versions: undefined,
    error: undefined,
    refused: NONE,
    isPlain: false,
    isOutdated: true,
    isLarge: false,
    coldAtMs: Number.NEGATIVE_INFINITY,
    usedAtMs: Number.NEGATIVE_INFINITY,
    waiting: 0,
  }
}

/** Whether the tenant has anything of its own. An unknown tenant has shared layers only. */
export function hasOwn({ layers, versions }: TenantEntry): boolean {
  return layers.some((layer, at) => {
    const version = versions?.[at]
    if (version === undefined || !isOwn(layer)) return false
    return layerValue(layer, version) !== undefined
  })
}

/**
 * Updates the snapshot from the documents as they are at the first step; the entry changes at the last one. Without a
 * valid combination, keeps the snapshot and sets `error` and `refused`.
 *
 * If a document has changed meanwhile, a snapshot is taken nonetheless: where changes never cease, requests would never
 * see any. What is wrong with the versions is left to the next update, for the documents have others now.
 */
export function* refresh(entry: TenantEntry, compose: Compose): Steps<void> {
  entry.isOutdated = false
  const choices: LayerChoice[] = []
  for (const [at, layer] of entry.layers.entries()) {
    const choice = choose(layer, entry.documents[at] as LiveDocument, entry.versions, at)
    if (choice instanceof Error && !layer.isWithheld) {
      entry.refused = NONE
      entry.error = choice
      return
    }
    choices.push(choice instanceof Error ? NOTHING : choice)
  }
  const composed = yield* newestValid(entry.layers, choices, compose)
  if (entry.isOutdated) {
    if (composed instanceof DocumentError) return
    entry.snapshot = composed.snapshot
    entry.versions = composed.versions
    return
  }
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

/** Of a layer whose values the entry does not show: what is wrong with its document does not matter here. */
const NOTHING: LayerChoice = { current: undefined, previous: undefined }

/** The error of the first document that has nothing to give, whether its layer's values are shown or not. */
export function unloaded({ layers, documents }: TenantEntry): AppConfigError | undefined {
  for (const [at, layer] of layers.entries()) {
    const choice = choose(layer, documents[at] as LiveDocument, undefined, at)
    if (choice instanceof Error) return choice
  }
  return undefined
}

/**
 * The number of consecutive answers after which the absence of a tenant's own document is believed, if it was
 * served before.
 */
const ABSENCES_TO_BELIEVE = 2

function choose(
  layer: TenantLayer,
  { state, place }: LiveDocument,
  served: readonly HeldVersion[] | undefined,
  at: number,
): LayerChoice | AppConfigError {
  const { current, previous } = state
  if (isAbsent(state)) {
    if (layer.optional) return { current: undefined, previous: served?.[at] }
    const isGone =
      current === undefined || (layer.scope === 'tenant' && state.absences >= ABSENCES_TO_BELIEVE)
    // A served document stays in use for its entries and, until its absence is believed, for new ones.
    if (isGone && served === undefined) {
      if (isTenantsOwn(layer) && !layer.isWithheld) return unknownTenant(layer)
      // It was missing, and then came as something that can't be read: that is what to correct.
      return state.refusals.length > 0 && state.lastError ? state.lastError.error : absent(layer, place)
    }
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

function absent({ document }: TenantLayer, place: string | undefined): DocumentError {
  const name = documentName(document)
  const problem =
    place === undefined
      ? `${name} does not exist, or nothing is deployed there. Check the names, deploy it, or make the layer optional`
      : `${name} does not exist: there is no ${place}. Create it, check the names, or make the layer optional`
  return new DocumentError('DOCUMENT_ABSENT', problem)
}

function notYet({ document }: TenantLayer): SourceError {
  return new SourceError(
    'SOURCE_FAILED',
    `${documentName(document)} has not been read yet: its source has not answered in time`,
  )
}
