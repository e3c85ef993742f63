/**
 * The cache of tenants, by id, tier, cell and attributes.
 *
 * The least recently used entry is evicted first, and an idle one after `idleTimeoutSeconds`. Documents that
 * no other entry holds are released with it. One id has at most 16 entries.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import type { Clock } from '../clock.ts'
import { isSameTenant, type Tenant } from './tenant.ts'
import type { TenantEntry } from './tenant-entry.ts'

/** A tenant as callers give it; null and undefined stand for none. */
export type GivenTenant = Tenant | string | null | undefined

/** The cache of tenants: an LRU with an idle time-out. */
export interface TenantEntries {
  /** The entry of requests without a tenant; never evicted. */
  readonly tenantless: TenantEntry
  readonly size: number
  /**
   * The entry with exactly these properties, marked as used; undefined if there is none or it has idled out.
   */
  use(tenant: GivenTenant, nowMs: number): TenantEntry | undefined
  /** Whether an entry is in the cache and not idle for too long. */
  has(entry: TenantEntry): boolean
  /** Adds an entry, which may evict others. */
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
  /** Called with each entry that leaves the cache. */
  readonly onEvict: (entry: TenantEntry) => void
}

/** The least time between two notes of an entry's use: 100,000 requests a second make one note. */
const NOTE_USE_EVERY_MS = 1000
/** Enough for roles, plans and regions of one customer; a limit for values that a client makes up. */
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
  /** The entries are their own keys, so no text has to be made of a tenant. */
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
      // Undefined for an entry that was idle for too long: the cache evicts it in this call.
      return byUse.get(entry)
    },
    has: (entry) => byUse.has(entry),
    add(entry) {
      const { id } = entry.tenant as Tenant
      const siblings = byId.get(id) ?? []
      if (siblings.length >= MOST_ENTRIES_PER_ID) byUse.delete(siblings[0] as TenantEntry)
      // `concat` allocates one place, a spread sixteen.
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
