/**
 * The cache of tenants, by id, tier, cell and attributes.
 *
 * Tenants that are known to exist and those that may be made up are kept apart: where there is no room, the
 * least recently used of the second is evicted, so a flood of made-up ids evicts no tenant that exists. An idle
 * entry is evicted after `idleTimeoutSeconds`. Documents that no other entry holds are released with it. One id
 * has at most 16 entries.
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
  /** Notes that the tenant of an entry exists. */
  confirm(entry: TenantEntry): void
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
  /** `onRequest`: no entry idles out. A process that stood still has not had requests, and polls nothing for it. */
  readonly refresh: 'interval' | 'onRequest'
  readonly tenantless: TenantEntry
  /** Called with each entry that leaves the cache. */
  readonly onEvict: (entry: TenantEntry) => void
}

/** The least time between two notes of an entry's use: 100,000 requests a second make one note. */
const NOTE_USE_EVERY_MS = 1000
/** Enough for roles, plans and regions of one customer; a limit for values that a client makes up. */
const MOST_ENTRIES_PER_ID = 16

/** Of all places, the share that tenants nobody knows have even when those that exist could fill them. */
const SHARE_OF_STRANGERS = 1 / 64

/** Makes a cache that holds the entry without a tenant only. */
export function createTenantEntries({
  clock,
  maxTenants,
  idleTimeoutSeconds,
  refresh,
  tenantless,
  onEvict,
}: TenantEntriesOptions): TenantEntries {
  const byId = new Map<string, readonly TenantEntry[]>()
  const least = Math.max(1, Math.floor(maxTenants * SHARE_OF_STRANGERS))
  const known = byUse(true)
  const strangers = byUse(false)

  /** The entries are their own keys, so no text has to be made of a tenant. */
  function byUse(isConfirmed: boolean): LRUCache<TenantEntry, TenantEntry> {
    return new LRUCache<TenantEntry, TenantEntry>({
      max: maxTenants,
      ttl: refresh === 'onRequest' ? 0 : idleTimeoutSeconds * 1000,
      updateAgeOnGet: true,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
      dispose(entry) {
        // It moves to the others.
        if (entry.isConfirmed !== isConfirmed) return
        forget(entry)
        onEvict(entry)
      },
    })
  }
  const cacheOf = (entry: TenantEntry) => (entry.isConfirmed ? known : strangers)

  function makeRoom(): void {
    if (known.size + strangers.size <= maxTenants) return
    if (strangers.size > least || known.size === 0) strangers.pop()
    else known.pop()
  }

  function forget(entry: TenantEntry): void {
    const { id } = entry.tenant as Tenant
    const left = byId.get(id)?.filter((each) => each !== entry) ?? []
    if (left.length > 0) byId.set(id, left)
    else byId.delete(id)
  }

  return {
    tenantless,
    get size() {
      return known.size + strangers.size
    },
    use(given, nowMs) {
      if (given === null || given === undefined) return tenantless
      const entry = find(byId, given)
      if (entry === undefined || nowMs - entry.usedAtMs < NOTE_USE_EVERY_MS) return entry
      entry.usedAtMs = nowMs
      // Undefined for an entry that was idle for too long: the cache evicts it in this call.
      return cacheOf(entry).get(entry)
    },
    has: (entry) => cacheOf(entry).has(entry),
    add(entry) {
      const { id } = entry.tenant as Tenant
      const siblings = byId.get(id) ?? []
      if (siblings.length >= MOST_ENTRIES_PER_ID) remove(siblings[0] as TenantEntry)
      // `concat` allocates one place, a spread sixteen.
      byId.set(id, (byId.get(id) ?? NONE).concat(entry))
      entry.usedAtMs = clock.now()
      cacheOf(entry).set(entry, entry)
      makeRoom()
    },
    confirm(entry) {
      if (entry.isConfirmed) return
      const isCached = strangers.has(entry)
      entry.isConfirmed = true
      if (!isCached) return
      strangers.delete(entry)
      known.set(entry, entry)
    },
    delete: remove,
    all: () => [tenantless, ...known.values(), ...strangers.values()],
    evictIdle() {
      known.purgeStale()
      strangers.purgeStale()
    },
    clear() {
      known.clear()
      strangers.clear()
    },
  }

  function remove(entry: TenantEntry): void {
    cacheOf(entry).delete(entry)
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
