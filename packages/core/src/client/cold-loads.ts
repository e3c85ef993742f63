/**
 * Loading cold tenants: once for all requests that wait, for at most `resolveTimeoutMs`.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import type { DocumentStore } from '../documents/document-store.ts'
import { TenantError, UnavailableError } from '../errors.ts'
import type { Emitter } from '../events.ts'
import { isItsOwnDocument } from '../layers/tenant-layer.ts'
import { tenantLayers } from '../layers/tenant-layers.ts'
import type { Settings } from '../options/options.ts'
import { sharedList } from '../shared-list.ts'
import type { Admission } from '../tenants/admission.ts'
import { type Tenant, tenantKey } from '../tenants/tenant.ts'
import type { TenantEntries } from '../tenants/tenant-entries.ts'
import { createEntry, hasOwn, isServed, type ServedEntry, type TenantEntry } from '../tenants/tenant-entry.ts'
import type { Deadline, Deadlines } from './deadlines.ts'
import { closedError } from './errors.ts'
import { keepAliveUntil } from './keep-alive.ts'
import type { MissingDocuments } from './missing-documents.ts'
import { unreadDueAtMs, untilDue } from './retries.ts'
import { settle } from './settle.ts'
import type { Updates } from './updates.ts'

/** The parts of a client that loading a tenant needs. */
export interface ColdLoadPorts {
  readonly settings: Settings
  readonly entries: TenantEntries
  readonly documents: DocumentStore<TenantEntry>
  readonly admission: Admission
  readonly updates: Updates
  readonly emitter: Emitter
  readonly deadlines: Deadlines
  readonly missing: MissingDocuments
  readonly isClosed: () => boolean
}

/** After a load timed out, the cached snapshot is served, without waiting again for this long. */
const PATIENCE_MS = 30_000

/** @returns a function that loads a tenant or, for undefined, the layers that need none. */
export function coldLoads(ports: ColdLoadPorts): (tenant: Tenant | undefined) => Promise<ServedEntry> {
  const loading = new Map<string, Promise<ServedEntry>>()
  return function loadOnce(tenant) {
    const key = tenant === undefined ? '' : tenantKey(tenant)
    let promise = loading.get(key)
    if (promise === undefined) {
      promise = keepAliveUntil(load(tenant, ports)).finally(() => loading.delete(key))
      loading.set(key, promise)
    }
    return promise
  }
}

async function load(tenant: Tenant | undefined, ports: ColdLoadPorts): Promise<ServedEntry> {
  const { settings, entries, documents, admission, deadlines } = ports
  const deadline = deadlines.after(settings.resolveTimeoutMs)
  let entry: TenantEntry | undefined
  try {
    const { clock } = settings
    if (tenant && !entries.use(tenant, clock.now())) await admission.check(tenant, deadline.over)
    if (ports.isClosed()) throw closedError()
    entry = entries.use(tenant, clock.now()) ?? createHeld(tenant as Tenant, ports)
    entry.waiting++
    if (entry.tenant && !entries.has(entry)) entries.add(entry)
    await settle(entry, ports.updates, deadline.over, ports.isClosed)
    while (isWorthRetrying(entry, deadline, ports)) {
      await untilDue(entry, settings, deadlines, deadline)
      await settle(entry, ports.updates, deadline.over, ports.isClosed)
    }
    return taken(entry, ports)
  } finally {
    deadline.cancel()
    if (entry && --entry.waiting === 0 && entry.tenant && !entries.has(entry))
      releaseDocuments(entry, documents)
  }
}

/** Whether a request that has nothing to be served should wait for a source that can't be reached, as one that starts. */
function isWorthRetrying(
  entry: TenantEntry,
  deadline: Deadline,
  { settings, isClosed }: ColdLoadPorts,
): boolean {
  if (settings.refresh === 'interval' || isServed(entry) || deadline.isOver || isClosed()) return false
  return entry.error?.code === 'SOURCE_FAILED'
}

/** Makes the entry of a tenant. To cache it may evict another one or, where there is no room, this one. */
function createHeld(tenant: Tenant, { settings, documents, admission }: ColdLoadPorts): TenantEntry {
  const layers = tenantLayers(settings, tenant)
  if (layers.some(({ document }) => !documents.isPolled(document))) admission.takeFromBudget(tenant)
  const entry = createEntry(tenant, layers)
  entry.isConfirmed = admission.exists(tenant.id)
  holdDocuments(entry, documents, admission.isKnown(tenant.id) ? 'known' : 'new')
  return entry
}

/**
 * Takes the documents of an entry's layers from the store, which keeps polling them until they are released.
 */
export function holdDocuments(
  entry: TenantEntry,
  documents: DocumentStore<TenantEntry>,
  lane: 'known' | 'new',
): void {
  const held = entry.layers.map((layer) => documents.hold(layer, lane, entry))
  entry.documents = entry.layers.some(isItsOwnDocument) ? held : sharedList(held)
}

/** Gives the documents of an entry back to the store. The entry is not used any more. */
export function releaseDocuments(entry: TenantEntry, documents: DocumentStore<TenantEntry>): void {
  for (const document of entry.documents) documents.release(document, entry)
  entry.documents = []
}

/**
 * The entry after its documents have answered and it was updated.
 *
 * @throws {TenantError} `TENANT_UNKNOWN`, where a document of the tenant does not exist.
 * @throws {UnavailableError} where the entry has nothing to serve.
 */
function taken(entry: TenantEntry, ports: ColdLoadPorts): ServedEntry {
  const { entries, admission, missing } = ports
  if (ports.isClosed()) throw closedError()
  if (!isServed(entry)) {
    if (entry.tenant && entry.error instanceof TenantError) {
      admission.turnAway(entry.tenant, entry.error)
      missing.note(entry)
      entries.delete(entry)
      throw entry.error
    }
    throw unavailable(entry, ports.settings.clock)
  }
  if (entry.tenant) {
    admission.noteServed(entry.tenant.id, hasOwn(entry))
    if (admission.exists(entry.tenant.id)) entries.confirm(entry)
    missing.forget(entry)
    promote(entry, admission.isKnown(entry.tenant.id))
  }
  noteStale(entry, ports)
  return entry
}

/** Moves the documents of a known tenant to the scheduler's lane for known tenants. */
function promote({ documents, layers }: TenantEntry, isKnown: boolean): void {
  if (!isKnown) return
  for (const [at, document] of documents.entries()) {
    const isShared = layers[at]?.scope !== 'tenant'
    if (document.lane === 'new' && (isShared || document.state.current !== undefined)) document.lane = 'known'
  }
}

function noteStale(entry: ServedEntry, { settings: { clock }, emitter }: ColdLoadPorts): void {
  entry.coldAtMs = Math.min(...entry.documents.map(({ overdueAtMs }) => overdueAtMs))
  for (const document of entry.documents) {
    if (clock.now() < document.overdueAtMs) continue
    entry.coldAtMs = clock.now() + PATIENCE_MS
    emitter.emit('stale', { document: document.id, sinceMs: document.state.checkedAtMs ?? clock.now() })
  }
}

/**
 * The error of an entry that has nothing to serve; `Retry-After` is when its documents are due, 1 to 300
 * seconds.
 */
export function unavailable({ documents, error, tenant }: TenantEntry, clock: Clock): UnavailableError {
  const seconds = Math.ceil((unreadDueAtMs({ documents }) - clock.now()) / 1000)
  const waitsFor = Number.isFinite(seconds)
    ? 'nothing has been read yet'
    : 'its documents are read, and being merged and validated'
  const problem = error ? `${error.code}: ${error.problem}` : waitsFor
  return new UnavailableError(
    'CONFIG_UNAVAILABLE',
    `there is no configuration for ${tenant ? 'this tenant' : 'requests without a tenant'}: ${problem}`,
    { cause: error, retryAfterSeconds: Number.isFinite(seconds) ? Math.min(Math.max(seconds, 1), 300) : 1 },
  )
}
