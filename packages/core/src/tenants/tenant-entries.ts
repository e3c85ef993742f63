/**
 * The tenants that are being served, each found by all it is: id, tier, cell and attributes.
 *
 * The least recently used goes first, and so does one that no request used for a while; both take the documents
 * with them that nobody else holds. One id may have so many entries only, whatever its attributes.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { isSameTenant, type Tenant } from './tenant.ts'
import type { TenantEntry } from './tenant-entry.ts'

/** A tenant as callers give it; null and undefined: no tenant. */
export type GivenTenant = Tenant | string | null | undefined

/** The cache of tenants: an LRU with an idle time-out. */
export interface TenantEntries {
  /** The layers that need no tenant; always there. */
  readonly tenantless: TenantEntry
  readonly size: number
  /** The entry with just these properties, marked as used. */
  use(tenant: GivenTenant, nowMs: number): TenantEntry | undefined
  /** Whether an entry is here, and not idle for too long. */
  has(entry: TenantEntry): boolean
  /** Keeps an entry, which may evict others. */
  add(entry: TenantEntry): void
  delete(entry: TenantEntry): void
  all(): TenantEntry[]
  evictIdle(): void
  clear(): void
}

/** Limits of the cache, and a callback for evictions. */
export interface TenantEntriesOptions {
  readonly clock: Clock
  readonly maxTenants: number
  readonly idleTimeoutSeconds: number
  readonly tenantless: TenantEntry
  /** Called with an entry that is no longer here. */
  readonly onEvict: (entry: TenantEntry) => void
}

/** How often the use of an entry is noted: a hundred thousand requests a second are one note. */
const NOTE_USE_EVERY_MS = 1000
/** Enough for roles, plans and regions of one customer; not for what a client makes up. */
const MOST_ENTRIES_PER_ID = 16

/** Makes a cache that holds the entry without a tenant only. */
export function createTenantEntries({
  clock,
  maxTenants,
  idleTimeoutSeconds,
  tenantless,
  onEvict,
}: TenantEntriesOptions): TenantEntries {
  const byId = new Map<string, readonly TenantEntry[]>()
  /** The entries themselves are the keys: no text stands for a tenant. */
  const byUse = new LRUCache<TenantEntry, TenantEntry>({
    max: maxTenants,
    ttl: idleTimeoutSeconds * 1000,
    updateAgeOnGet: true,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
    dispose(entry) {
      forget(entry)
      onEvict(entry)
    },
  })

  function forget(entry: TenantEntry): void {
    const { id } = entry.tenant as Tenant
    const left = byId.get(id)?.filter((each) => each !== entry) ?? []
    if (left.length > 0) byId.set(id, left)
    else byId.delete(id)
  }

  return {
    tenantless,
    get size() {
      return byUse.size
    },
    use(given, nowMs) {
      if (given === null || given === undefined) return tenantless
      const entry = find(byId, given)
      if (entry === undefined || nowMs - entry.usedAtMs < NOTE_USE_EVERY_MS) return entry
      entry.usedAtMs = nowMs
      // Undefined where it was idle for too long: the cache evicts it by that.
      return byUse.get(entry)
    },
    has: (entry) => byUse.has(entry),
    add(entry) {
      const { id } = entry.tenant as Tenant
      const siblings = byId.get(id) ?? []
      if (siblings.length >= MOST_ENTRIES_PER_ID) byUse.delete(siblings[0] as TenantEntry)
      // `concat` sets aside room for one, a spread for sixteen.
      byId.set(id, (byId.get(id) ?? NONE).concat(entry))
      entry.usedAtMs = clock.now()
      byUse.set(entry, entry)
    },
    delete: (entry) => void byUse.delete(entry),
    all: () => [tenantless, ...byUse.values()],
    evictIdle: () => void byUse.purgeStale(),
    clear: () => byUse.clear(),
  }
}

const NONE: readonly TenantEntry[] = []

/** On the path of every request: no closure, no object made. */
function find(
  byId: ReadonlyMap<string, readonly TenantEntry[]>,
  given: Tenant | string,
): TenantEntry | undefined {
  const isId = typeof given === 'string'
  const entries = byId.get(isId ? given : given.id)
  if (entries === undefined) return undefined
  for (const entry of entries) {
    const tenant = entry.tenant as Tenant
    if (isId ? isIdAlone(tenant) : isSameTenant(tenant, given)) return entry
  }
  return undefined
}

function isIdAlone({ tier, cell, attributes }: Tenant): boolean {
  return tier === undefined && cell === undefined && attributes === undefined
}
