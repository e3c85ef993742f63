/**
 * Which tenants may be loaded, and at what rate.
 *
 * A stranger can't run up the bill: a tenant that does not exist is remembered for a while, and tenants that are
 * not known have a budget for whatever makes us ask the source. What is in memory already costs nothing, and is
 * served to whoever asks.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { tokenBucket } from '../documents/token-bucket.ts'
import { dropOldest } from '../drop-oldest.ts'
import { messageOf, quoted, TenantError, UnavailableError } from '../errors.ts'
import type { Settings } from '../options/options.ts'
import { type Tenant, tenantKey } from './tenant.ts'

/** Decides which tenants may be loaded. */
export interface Admission {
  /**
   * Asks `isKnownTenant`, unless the answer is remembered.
   *
   * @param over resolves when nobody wants to wait any longer.
   * @throws {TenantError} `TENANT_UNKNOWN`.
   * @throws {UnavailableError} when `isKnownTenant` gives no answer.
   */
  check(tenant: Tenant, over: Promise<undefined>): Promise<void>
  /**
   * Before the source is asked for a tenant.
   *
   * @throws {TenantError} `TENANT_BUDGET_EXCEEDED` for one that is not known, where too many come at once.
   */
  takeFromBudget(tenant: Tenant): void
  isKnown(id: string): boolean
  /**
   * A tenant was served.
   *
   * @param hasOwn whether anything of its own was served: it exists for sure.
   */
  noteServed(id: string, hasOwn: boolean): void
  /** A tenant does not exist: it is answered with this error for a while. */
  turnAway(tenant: Tenant, error: TenantError): void
  forgetOutdated(): void
}

/** Makes an admission that knows no tenant yet. */
export function createAdmission(settings: Settings): Admission {
  const { clock, maxTenants, isKnownTenant, missingRecheckSeconds } = settings
  const refusals = new LRUCache<string, TenantError>({
    max: maxTenants,
    ttl: missingRecheckSeconds * 1000,
    ttlResolution: 0,
    perf: { now: () => clock.now() },
  })
  // Apart, so that strangers who are served what all share never push out tenants that exist.
  const known = new Set<string>()
  const servedBefore = new Set<string>()
  const budget = tokenBucket(settings.maxNewTenantsPerSecond, clock)

  function noteIn(ids: Set<string>, id: string): void {
    // The newest stands last.
    ids.delete(id)
    ids.add(id)
    dropOldest(ids, 4 * maxTenants)
  }
  const isKnown = (id: string): boolean => known.has(id) || servedBefore.has(id)

  async function ask(
    isKnownTenant: NonNullable<Settings['isKnownTenant']>,
    tenant: Tenant,
    over: Promise<undefined>,
  ): Promise<void> {
    let answer: unknown
    try {
      answer = await Promise.race([isKnownTenant(tenant), over.then(() => NO_ANSWER)])
    } catch (cause) {
      throw noAnswer('RESOLVER_FAILED', `isKnownTenant failed: ${messageOf(cause)}`, cause)
    }
    if (answer === NO_ANSWER)
      throw noAnswer('RESOLVER_TIMEOUT', 'isKnownTenant did not answer within resolveTimeoutMs')
    if (typeof answer !== 'boolean')
      throw noAnswer('RESOLVER_FAILED', `isKnownTenant answered ${quoted(answer)}. Answer true or false`)
    if (answer) return noteIn(known, tenant.id)
    const error = new TenantError('TENANT_UNKNOWN', 'isKnownTenant says that there is no such tenant')
    refusals.set(tenantKey(tenant), error)
    throw error
  }

  return {
    isKnown,
    async check(tenant, over) {
      const refusal = refusals.get(tenantKey(tenant))
      if (refusal) throw refusal
      if (isKnownTenant) await ask(isKnownTenant, tenant, over)
    },
    takeFromBudget({ id }) {
      if (isKnown(id) || budget.take() === 0) return
      throw new TenantError(
        'TENANT_BUDGET_EXCEEDED',
        'more tenants came at once whose documents must be asked for than maxNewTenantsPerSecond allows. Try again, raise the option, or give isKnownTenant',
        { retryAfterSeconds: 1 },
      )
    },
    noteServed: (id, hasOwn) => noteIn(hasOwn ? known : servedBefore, id),
    turnAway: (tenant, error) => void refusals.set(tenantKey(tenant), error),
    forgetOutdated: () => void refusals.purgeStale(),
  }
}

const NO_ANSWER = Symbol('no answer')

/** Not `CONFIG_UNAVAILABLE`: nobody is served defaults whose tenant may not exist. */
function noAnswer(
  code: 'RESOLVER_FAILED' | 'RESOLVER_TIMEOUT',
  problem: string,
  cause?: unknown,
): UnavailableError {
  return new UnavailableError(code, problem, {
    status: 503,
    retryAfterSeconds: 1,
    ...(cause !== undefined && { cause }),
  })
}
