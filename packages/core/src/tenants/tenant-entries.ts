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
  /** The first of the entries of each id; the others follow as its siblings. */
  const byId = new Map<string, TenantEntry>()
  const least = Math.max(1, Math.floor(maxTenants * SHARE_OF_STRANGERS))
  const idleMs = refresh === 'onRequest' ? Number.POSITIVE_INFINITY : idleTimeoutSeconds * 1000
  // The entries are their own keys, and know when they were used: so the caches keep no texts and no times. One place
  // more than there may be entries: room is made here, among both.
  const known = new LRUCache<TenantEntry, TenantEntry>({ max: maxTenants + 1 })
  const strangers = new LRUCache<TenantEntry, TenantEntry>({ max: maxTenants + 1 })
  const cacheOf = (entry: TenantEntry) => (entry.isConfirmed ? known : strangers)
  const isIdle = ({ usedAtMs }: TenantEntry, nowMs: number) => nowMs - usedAtMs > idleMs

  function evict(entry: TenantEntry): void {
    if (!cacheOf(entry).delete(entry)) return
    unlink(byId, entry)
    onEvict(entry)
  }

  function makeRoom(): void {
    if (known.size + strangers.size <= maxTenants) return
    const cache = strangers.size > least || known.size === 0 ? strangers : known
    const [oldest] = cache.rvalues()
    if (oldest !== undefined) evict(oldest)
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
      if (isIdle(entry, nowMs)) return void evict(entry)
      entry.usedAtMs = nowMs
      return cacheOf(entry).get(entry)
    },
    has: (entry) => cacheOf(entry).has(entry) && !isIdle(entry, clock.now()),
    add(entry) {
      const oldest = link(byId, entry)
      if (oldest !== undefined) evict(oldest)
      entry.usedAtMs = clock.now()
      cacheOf(entry).set(entry, entry)
      makeRoom()
    },
    confirm(entry) {
      const isCached = strangers.delete(entry)
      entry.isConfirmed = true
      if (isCached) known.set(entry, entry)
    },
    delete: evict,
    all() {
      const nowMs = clock.now()
      return [tenantless, ...known.values(), ...strangers.values()].filter(
        (entry) => entry === tenantless || !isIdle(entry, nowMs),
      )
    },
    evictIdle() {
      const nowMs = clock.now()
      for (const cache of [known, strangers])
        for (const entry of [...cache.values()]) if (isIdle(entry, nowMs)) evict(entry)
    },
    clear() {
      for (const cache of [known, strangers]) for (const entry of [...cache.values()]) evict(entry)
    },
  }
}

/** Adds an entry to those of its id. @returns the oldest of them, where they are too many now. */
function link(byId: Map<string, TenantEntry>, entry: TenantEntry): TenantEntry | undefined {
  const { id } = entry.tenant as Tenant
  const first = byId.get(id)
  entry.sibling = first
  byId.set(id, entry)
  let count = 1
  let oldest: TenantEntry | undefined
  for (let each = first; each !== undefined; each = each.sibling) {
    oldest = each
    count++
  }
  return count > MOST_ENTRIES_PER_ID ? oldest : undefined
}

/** Takes an entry from those of its id. */
function unlink(byId: Map<string, TenantEntry>, entry: TenantEntry): void {
  const { id } = entry.tenant as Tenant
  const first = byId.get(id)
  if (first === entry) {
    if (entry.sibling === undefined) byId.delete(id)
    else byId.set(id, entry.sibling)
  }
  for (let each = first; each !== undefined; each = each.sibling)
    if (each.sibling === entry) each.sibling = entry.sibling
  entry.sibling = undefined
}

/** On the path of every request: no closure, no object made. */
function find(byId: ReadonlyMap<string, TenantEntry>, given: Tenant | string): TenantEntry | undefined {
  const isId = typeof given === 'string'
  let entry = byId.get(isId ? given : given.id)
  while (entry !== undefined) {
    const tenant = entry.tenant as Tenant
    if (isId ? isIdAlone(tenant) : isSameTenant(tenant, given)) return entry
    entry = entry.sibling
  }
  return undefined
}

function isIdAlone({ tier, cell, attributes }: Tenant): boolean {
  return tier === undefined && cell === undefined && attributes === undefined
}
