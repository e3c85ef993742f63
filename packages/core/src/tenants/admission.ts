/**
 * Admission: which tenants may be loaded, at what rate.
 *
 * Requests for unknown tenants can't raise the costs: a tenant that does not exist is remembered for
 * `missingRecheckSeconds`, and loads of unknown tenants are rate limited if they make calls to the source.
 * Tenants whose documents are in memory are served without limit.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import { tokenBucket } from '../documents/token-bucket.ts'
import { dropOldest } from '../drop-oldest.ts'
import { messageOf, shapeOf, TenantError, UnavailableError } from '../errors.ts'
import type { Settings } from '../options/options.ts'
import { type Tenant, tenantKey } from './tenant.ts'

/** Decides which tenants may be loaded. */
export interface Admission {
  /**
   * Asks `isKnownTenant`, unless a refusal is remembered.
   *
   * @param over resolves at the deadline of the waiting requests.
   * @throws {TenantError} `TENANT_UNKNOWN`.
   * @throws {UnavailableError} `RESOLVER_FAILED` or `RESOLVER_TIMEOUT` when `isKnownTenant` gives no answer.
   */
  check(tenant: Tenant, over: Promise<undefined>): Promise<void>
  /**
   * Takes a tenant from the rate limit, before its documents are asked for. Known tenants are not limited.
   *
   * @throws {TenantError} `TENANT_BUDGET_EXCEEDED` above the limit.
   */
  takeFromBudget(tenant: Tenant): void
  /** Whether a tenant was served before, or is known to exist. */
  isKnown(id: string): boolean
  /** Whether a tenant is known to exist: it has something of its own, or `isKnownTenant` says so. */
  exists(id: string): boolean
  /**
   * Notes that a tenant was served: it is known from now on.
   *
   * @param hasOwn whether it has anything of its own: then it exists for sure.
   */
  noteServed(id: string, hasOwn: boolean): void
  /** Notes that a tenant does not exist: it is refused with this error for `missingRecheckSeconds`. */
  turnAway(tenant: Tenant, error: TenantError): void
  forgetOutdated(): void
}

/** Makes an admission that knows no tenant yet. */
export function createAdmission(settings: Settings): Admission {
  const { clock, maxTenants, isKnownTenant, missingRecheckSeconds } = settings
  // Made for the first of them: it allocates its capacity at once.
  let refusals: LRUCache<string, TenantError> | undefined
  function refuse(tenant: Tenant, error: TenantError): void {
    refusals ??= new LRUCache<string, TenantError>({
      max: maxTenants,
      ttl: missingRecheckSeconds * 1000,
      ttlResolution: 0,
      perf: { now: () => clock.now() },
    })
    refusals.set(tenantKey(tenant), error)
  }
  // Two sets, so that unknown tenants that get shared layers never evict tenants that exist.
  const known = new Set<string>()
  const servedBefore = new Set<string>()
  const budget = tokenBucket(settings.maxNewTenantsPerSecond, clock)

  function noteIn(ids: Set<string>, id: string): void {
    // The newest is last.
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
      throw noAnswer('RESOLVER_FAILED', `isKnownTenant answered ${shapeOf(answer)}. Answer true or false`)
    if (answer) return noteIn(known, tenant.id)
    const error = new TenantError('TENANT_UNKNOWN', 'isKnownTenant says that there is no such tenant')
    refuse(tenant, error)
    throw error
  }

  return {
    isKnown,
    exists: (id) => known.has(id),
    async check(tenant, over) {
      const refusal = refusals?.get(tenantKey(tenant))
      if (refusal) throw refusal
      if (isKnownTenant) await ask(isKnownTenant, tenant, over)
    },
    takeFromBudget({ id }) {
      if (isKnown(id) || budget.take() === 0) return
      throw new TenantError(
        'TENANT_BUDGET_EXCEEDED',
        'the rate limit for new tenants (maxNewTenantsPerSecond) is exceeded. Try again, raise the option, or give isKnownTenant',
        { retryAfterSeconds: 1 },
      )
    },
    noteServed: (id, hasOwn) => noteIn(hasOwn ? known : servedBefore, id),
    turnAway: refuse,
    forgetOutdated: () => void refusals?.purgeStale(),
  }
}

const NO_ANSWER = Symbol('no answer')

/** Not `CONFIG_UNAVAILABLE`: `defaults` must not be served to a tenant that may not exist. */
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
