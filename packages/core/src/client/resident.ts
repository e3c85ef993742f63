/**
 * A tenant that is being served: its layers, their documents, and its snapshot.
 *
 * The snapshot is brought up to date when somebody looks; nothing is composed twice, and a tenant
 * that was ever served keeps what it had when something new does not fit.
 *
 * @module
 */
import type { DocumentStore } from '../documents/document-store.ts'
import type { LiveDocument } from '../documents/live-document.ts'
import type { Lane } from '../documents/scheduler.ts'
import { type AppConfigError, DocumentError, SourceError, TenantError } from '../errors.ts'
import type { JsonValue } from '../json.ts'
import type { TenantLayer } from '../layers/tenant-layers.ts'
import {
  type ComposeInputs,
  type LayerChoice,
  type LayerInput,
  layerValue,
  newestValid,
} from '../snapshots/compose.ts'
import { documentName } from '../sources/source.ts'
import type { Tenant } from '../tenants/tenant.ts'

export interface Resident {
  readonly tenant: Tenant | undefined
  readonly layers: readonly TenantLayer[]
  readonly documents: readonly LiveDocument[]
  snapshot: JsonValue | undefined
  /** What the snapshot was made of. */
  inputs: readonly LayerInput[] | undefined
  /** Why the newest could not be used, where it could not. */
  error: AppConfigError | undefined
  /** The layers whose newest content was refused. */
  refused: readonly number[]
  /** The store's count of changes when the snapshot was last looked at. */
  seenChanges: number
  /** From when on the documents must be looked at: one may not have been asked for in time. */
  coldAtMs: number
}

/** One that has a snapshot. */
export interface ServedResident extends Resident {
  snapshot: JsonValue
}

export function isServed(resident: Resident): resident is ServedResident {
  return resident.snapshot !== undefined
}

export function moveIn(
  documents: DocumentStore,
  tenant: Tenant | undefined,
  layers: readonly TenantLayer[],
  lane: Lane,
): Resident {
  return {
    tenant,
    layers,
    documents: layers.map(({ document, pollIntervalSeconds, ownDocument }) =>
      documents.hold(document, pollIntervalSeconds, ownDocument ? lane : 'shared'),
    ),
    snapshot: undefined,
    inputs: undefined,
    error: undefined,
    refused: [],
    seenChanges: -1,
    coldAtMs: Number.NEGATIVE_INFINITY,
  }
}

export function moveOut(documents: DocumentStore, resident: Resident): void {
  for (const document of resident.documents) documents.release(document)
}

/** Brings the snapshot up to date with the documents; without a valid one, leaves it and says why. */
export function refresh(resident: Resident, changes: number, compose: ComposeInputs): void {
  resident.seenChanges = changes
  resident.refused = []
  const choices: LayerChoice[] = []
  for (const [at, layer] of resident.layers.entries()) {
    const document = resident.documents[at] as LiveDocument
    const choice = choose(layer, document, resident.inputs, at)
    if (choice instanceof Error) {
      resident.error = choice
      return
    }
    choices.push(choice)
  }
  const composed = newestValid(choices, compose)
  if (composed instanceof DocumentError) {
    resident.error = composed
    resident.refused = choices.flatMap(({ newest }, at) => (newest && !newest.composed ? [at] : []))
    return
  }
  resident.snapshot = composed.snapshot
  resident.inputs = composed.inputs
  resident.refused = composed.heldBack
  resident.error = composed.error
}

function choose(
  layer: TenantLayer,
  document: LiveDocument,
  served: readonly LayerInput[] | undefined,
  at: number,
): LayerChoice | AppConfigError {
  if (document.absent) {
    if (layer.optional) return { layer, newest: undefined, good: served?.[at] }
    // A tenant that is being served keeps what it has; nobody new starts with what is gone.
    if (served) return { layer, newest: served[at], good: served[at] }
    return layer.own ? unknownTenant(layer) : absent(layer)
  }
  const { current } = document
  if (current === undefined) return document.lastError ?? notYet(layer)
  if (!served && layer.own && isSectionMissing(layer, document)) return unknownTenant(layer)
  return { layer, newest: current, good: served ? served[at] : (document.previous ?? current) }
}

function isSectionMissing(layer: TenantLayer, { current }: LiveDocument): boolean {
  if (layer.section === undefined || current === undefined) return false
  const value = layerValue({ ...layer, optional: true }, current)
  return value === undefined && !layer.optional
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
