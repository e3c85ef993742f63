/**
 * Updates of tenants' snapshots after a document has changed, and approval of the document by their outcome.
 *
 * A change concerns the entries that hold the document. Each is composed and validated soon after the change,
 * with or without a request. A document that no entry refuses any more has recovered.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { hasReducedFlags } from '../flags/reduce-flags.ts'
import { isTenantsOwn } from '../layers/tenant-layer.ts'
import type { Compose } from '../snapshots/compose.ts'
import { refresh, type TenantEntry } from '../tenants/tenant-entry.ts'
import { hasViews } from '../views/view.ts'

/** Keeps the entries of tenants up to date with their documents. */
export interface Updates {
  /** Brings an entry up to date with its documents, if any of them has changed. */
  update(entry: TenantEntry): void
  /** Called when the content to serve of a document has changed. */
  documentChanged(document: LiveDocument): void
  stop(): void
}

/** What bringing entries up to date needs. */
export interface UpdatesOptions {
  readonly compose: Compose
  readonly needsTenant: boolean
  /** Whether the source evaluates flags that came with their default variant only. */
  readonly sourceEvaluates: boolean
  /** Whether documents need to know that they were served: only those are backed up. */
  readonly hasBackup: boolean
  readonly holdersOf: (document: LiveDocument) => Iterable<TenantEntry>
  /** Measures a turn. Not the client's clock, which may stand still in tests. */
  readonly nowMs?: () => number
}

/** The longest turn of updates; then requests get their turn. */
const TURN_MS = 4

/** Makes updates, of which none is pending. */
export function createUpdates({
  compose,
  needsTenant,
  sourceEvaluates,
  hasBackup,
  holdersOf,
  nowMs = () => performance.now(),
}: UpdatesOptions): Updates {
  const outdated = new Set<TenantEntry>()
  const unjudged = new Set<LiveDocument>()
  let isSweeping = false
  let isStopped = false

  function update(entry: TenantEntry): void {
    if (!entry.isOutdated) return
    const refusedBefore = entry.refused
    refresh(entry, compose)
    if (hasBackup) {
      reportServed(entry)
      for (const at of entry.refused) void entry.documents[at]?.restoring?.restore()
    }
    entry.isPlain =
      entry.snapshot !== undefined &&
      !hasViews(entry.snapshot) &&
      !(sourceEvaluates && hasReducedFlags(entry.snapshot))
    // Without tenants' layers the configuration may miss required keys: that is no defect.
    if (entry.tenant === undefined && needsTenant && entry.snapshot === undefined) entry.refused = []
    reportRefused(entry)
    for (const at of refusedBefore) {
      const document = entry.documents[at]
      if (document && !entry.refused.includes(at)) judgeSoon(document)
    }
  }

  function judgeSoon(document: LiveDocument): void {
    unjudged.add(document)
    if (isSweeping || isStopped) return
    isSweeping = true
    setImmediate(sweep)
  }

  function sweep(): void {
    const endsAtMs = nowMs() + TURN_MS
    for (const entry of outdated) {
      outdated.delete(entry)
      update(entry)
      if (nowMs() >= endsAtMs) break
    }
    if (isStopped) return
    if (outdated.size > 0) {
      setImmediate(sweep)
      return
    }
    isSweeping = false
    for (const document of unjudged) if (!isRefused(document, holdersOf(document))) document.approve()
    unjudged.clear()
  }

  return {
    update,
    documentChanged(document) {
      for (const entry of holdersOf(document)) {
        entry.isOutdated = true
        outdated.add(entry)
      }
      judgeSoon(document)
    },
    stop() {
      isStopped = true
      outdated.clear()
      unjudged.clear()
    },
  }
}

function reportServed({ documents, versions }: TenantEntry): void {
  if (versions === undefined) return
  for (const [at, document] of documents.entries()) document.served(versions[at])
}

function reportRefused({ tenant, layers, documents, versions, refused, error }: TenantEntry): void {
  if (error === undefined) return
  const hasOwn = layers.some((layer, at) => isTenantsOwn(layer) && versions?.[at] !== undefined)
  for (const at of refused) documents[at]?.refuse(error, hasOwn ? tenant?.id : undefined)
}

function isRefused(document: LiveDocument, holders: Iterable<TenantEntry>): boolean {
  for (const { refused, documents } of holders)
    if (refused.some((at) => documents[at] === document)) return true
  return false
}
