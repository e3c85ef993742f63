/**
 * The path of a request: from its tenant to what it sees.
 *
 * @module
 */
import { isAppConfigError } from '../errors.ts'
import { toTenant } from '../tenants/tenant.ts'
import type { GivenTenant } from '../tenants/tenant-entries.ts'
import { isServed, type ServedEntry, type TenantEntry } from '../tenants/tenant-entry.ts'
import type { Seen } from '../views/seen.ts'
import { closedError } from './errors.ts'
import type { ClientParts } from './parts.ts'
import type { ResolveOptions } from './resolve-options.ts'

/** What a request sees, synchronously; undefined where it has to wait. */
export function look(
  parts: ClientParts,
  given: GivenTenant,
  options: ResolveOptions | undefined,
): Seen | undefined {
  const entry = warmEntry(parts, given)
  if (entry === undefined) return undefined
  return entry.isPlain ? entry.snapshot : parts.views.look(entry, options)
}

/** The same; a tenant that is cold is loaded. */
export async function resolve(
  parts: ClientParts,
  given: GivenTenant,
  options: ResolveOptions | undefined,
): Promise<Seen> {
  if (parts.life.isClosed) throw closedError()
  const entry = warmEntry(parts, given)
  if (entry) return parts.views.fetch(entry, options)
  const { tenantIdPattern } = parts.settings
  const tenant = given === null || given === undefined ? undefined : toTenant(given, tenantIdPattern)
  let loaded: ServedEntry
  try {
    loaded = await parts.load(tenant)
  } catch (error) {
    if (parts.fallback && isAppConfigError(error) && error.code === 'CONFIG_UNAVAILABLE')
      return parts.fallback
    throw error
  }
  return parts.views.fetch(loaded, options)
}

/** The entry of a warm tenant, brought up to date; undefined for a cold one. On the path of every request. */
function warmEntry(parts: ClientParts, given: GivenTenant): ServedEntry | undefined {
  if (parts.life.isClosed) return undefined
  const nowMs = parts.settings.clock.now()
  const entry = parts.entries.use(given, nowMs)
  if (entry === undefined) return undefined
  if (entry.isOutdated) parts.updates.update(entry)
  if (nowMs >= entry.coldAtMs && isCold(entry, nowMs)) return undefined
  return isServed(entry) ? entry : undefined
}

/** Whether a document is overdue. Notes when to check again. */
function isCold(entry: TenantEntry, nowMs: number): boolean {
  entry.coldAtMs = Math.min(...entry.documents.map(({ overdueAtMs }) => overdueAtMs))
  return nowMs >= entry.coldAtMs
}
