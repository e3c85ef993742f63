/**
 * Updates of tenants' snapshots after a document has changed, and approval of the document by their outcome.
 *
 * A change concerns the entries that hold the document. Each is composed and validated soon after the change,
 * with or without a request: in turns, between which requests are answered. A request that comes before does it
 * itself if it is done in one step; else its entry is the next in line, and it sees the snapshot before. A document
 * that no entry refuses any more has recovered.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { hasReducedFlags } from '../flags/reduce-flags.ts'
import { isTenantsOwn } from '../layers/tenant-layer.ts'
import type { Compose } from '../snapshots/compose.ts'
import { isReleased, refresh, type TenantEntry } from '../tenants/tenant-entry.ts'
import { advance, type Steps, TURN_MS } from '../turns.ts'
import { hasViews } from '../views/view.ts'

/** Keeps the entries of tenants up to date with their documents. */
export interface Updates {
  /**
   * Brings an entry up to date with its documents, if any of them has changed and it is done in one step. Else it is
   * done in turns, before the entries that nobody has asked for.
   */
  update(entry: TenantEntry): void
  /** Whether an update is not done, begun or not. */
  isPending(entry: TenantEntry): boolean
  /** Resolves when the entry is up to date, or updates were stopped; undefined if it is up to date. */
  upToDate(entry: TenantEntry): Promise<void> | undefined
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

/** The longest turn where requests leave updates little time, and the part of that time that they take. */
const LONGEST_TURN_MS = 20
const SHARE = 0.25

/** A turn is longer where requests took long since the one before: else updates would never be done under load. */
function turnMs(sinceLastMs: number): number {
  return Math.min(Math.max(TURN_MS, SHARE * sinceLastMs), LONGEST_TURN_MS)
}

/** A turn of one step. */
const AT_ONCE_MS = Number.NEGATIVE_INFINITY

/** Makes updates, of which none is pending. */
export function createUpdates(options: UpdatesOptions): Updates {
  return new Sweep(options)
}

class Sweep implements Updates {
  readonly #options: UpdatesOptions
  readonly #nowMs: () => number
  readonly #outdated = new Set<TenantEntry>()
  /** Outdated entries that somebody has asked for: they come first. */
  readonly #wanted = new Set<TenantEntry>()
  /** Updates that have begun; at most one of an entry. */
  readonly #underWay = new Map<TenantEntry, Steps<void>>()
  readonly #waiting = new Map<TenantEntry, (() => void)[]>()
  readonly #unjudged = new Set<LiveDocument>()
  #isSweeping = false
  #sweptAtMs = 0
  #isStopped = false

  constructor(options: UpdatesOptions) {
    this.#options = options
    this.#nowMs = options.nowMs ?? (() => performance.now())
  }

  update(entry: TenantEntry): void {
    if (!entry.isOutdated || this.#underWay.has(entry)) return
    const isLeft = entry.isLarge && entry.snapshot !== undefined
    if (isLeft || !this.#proceed(entry, AT_ONCE_MS)) this.#want(entry)
  }

  isPending(entry: TenantEntry): boolean {
    return entry.isOutdated || this.#underWay.has(entry)
  }

  upToDate(entry: TenantEntry): Promise<void> | undefined {
    if (!this.isPending(entry) || this.#isStopped) return undefined
    this.#want(entry)
    return new Promise((resolve) => this.#waiting.set(entry, [...(this.#waiting.get(entry) ?? []), resolve]))
  }

  documentChanged(document: LiveDocument): void {
    for (const entry of this.#options.holdersOf(document)) {
      entry.isOutdated = true
      this.#outdated.add(entry)
    }
    this.#judgeSoon(document)
  }

  stop(): void {
    this.#isStopped = true
    for (const queue of [this.#outdated, this.#wanted, this.#underWay, this.#unjudged]) queue.clear()
    for (const entry of [...this.#waiting.keys()]) this.#release(entry)
  }

  #want(entry: TenantEntry): void {
    this.#wanted.add(entry)
    this.#sweepSoon()
  }

  #judgeSoon(document: LiveDocument): void {
    this.#unjudged.add(document)
    this.#sweepSoon()
  }

  #sweepSoon(): void {
    if (this.#isSweeping || this.#isStopped) return
    this.#isSweeping = true
    this.#sweptAtMs = this.#nowMs()
    setImmediate(() => this.#sweep())
  }

  #sweep(): void {
    const beganAtMs = this.#nowMs()
    const endsAtMs = beganAtMs + turnMs(beganAtMs - this.#sweptAtMs)
    if (this.#goThrough(this.#wanted, endsAtMs)) this.#goThrough(this.#outdated, endsAtMs)
    this.#sweptAtMs = this.#nowMs()
    if (this.#isStopped) return
    if (this.#wanted.size > 0 || this.#outdated.size > 0) {
      setImmediate(() => this.#sweep())
      return
    }
    this.#isSweeping = false
    for (const document of this.#unjudged)
      if (!isRefused(document, this.#options.holdersOf(document))) document.approve()
    this.#unjudged.clear()
  }

  /** @returns whether there is time left. */
  #goThrough(queue: ReadonlySet<TenantEntry>, endsAtMs: number): boolean {
    for (const entry of queue) {
      if (isReleased(entry)) this.#drop(entry)
      else if (!this.isPending(entry) || this.#proceed(entry, endsAtMs)) this.#takeOut(entry)
      if (this.#nowMs() >= endsAtMs) return false
    }
    return true
  }

  #takeOut(entry: TenantEntry): void {
    this.#outdated.delete(entry)
    this.#wanted.delete(entry)
    // A document has changed while the entry was composed.
    if (entry.isOutdated && !this.#isStopped)
      (this.#waiting.has(entry) ? this.#wanted : this.#outdated).add(entry)
    else this.#release(entry)
  }

  /** Of an evicted tenant: where many come and go, the others would wait for what nobody asks for. */
  #drop(entry: TenantEntry): void {
    this.#outdated.delete(entry)
    this.#wanted.delete(entry)
    this.#underWay.get(entry)?.return()
    this.#underWay.delete(entry)
    this.#release(entry)
  }

  #release(entry: TenantEntry): void {
    for (const resolve of this.#waiting.get(entry) ?? []) resolve()
    this.#waiting.delete(entry)
  }

  /** @returns whether the update is done. */
  #proceed(entry: TenantEntry, endsAtMs: number): boolean {
    const known = this.#underWay.get(entry)
    const steps = known ?? updating(entry, this.#options, (document) => this.#judgeSoon(document))
    this.#underWay.set(entry, steps)
    let isDone = true
    try {
      isDone = advance(steps, endsAtMs, this.#nowMs) !== undefined
    } finally {
      if (isDone) this.#underWay.delete(entry)
    }
    return isDone
  }
}

/** Updates an entry, in steps. @param onFit is called with a document that the entry refused before. */
function* updating(
  entry: TenantEntry,
  { compose, needsTenant, sourceEvaluates, hasBackup }: UpdatesOptions,
  onFit: (document: LiveDocument) => void,
): Steps<void> {
  const refusedBefore = entry.refused
  entry.isLarge = false
  const refreshing = refresh(entry, compose)
  while (!refreshing.next().done) {
    entry.isLarge = true
    yield
  }
  const { snapshot } = entry
  entry.isPlain =
    snapshot !== undefined && !hasViews(snapshot) && !(sourceEvaluates && hasReducedFlags(snapshot))
  // What is wrong is said of versions that are no longer the current ones.
  if (entry.isOutdated) return
  if (hasBackup) {
    reportServed(entry)
    for (const at of entry.refused) void entry.documents[at]?.restoring?.restore()
  }
  // Without tenants' layers the configuration may miss required keys: that is no defect.
  if (entry.tenant === undefined && needsTenant && snapshot === undefined) entry.refused = []
  reportRefused(entry)
  for (const at of refusedBefore) {
    const document = entry.documents[at]
    if (document && !entry.refused.includes(at)) onFit(document)
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
