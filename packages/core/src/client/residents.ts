/**
 * Who is being served, who is known, and who may move in.
 *
 * A stranger can't run up the bill: new tenants have a budget, one that turns out not to exist is
 * remembered for a while, and whoever is idle moves out, their own documents with them.
 *
 * @module
 */
import { LRUCache } from 'lru-cache'
import type { DocumentStore } from '../documents/document-store.ts'
import { tokenBucket } from '../documents/token-bucket.ts'
import { messageOf, TenantError, UnavailableError } from '../errors.ts'
import { tenantLayers } from '../layers/tenant-layers.ts'
import type { Settings } from '../options.ts'
import { isSameTenant, type Tenant, tenantKey } from '../tenants/tenant.ts'
import { moveIn, moveOut, type Resident } from './resident.ts'

/** Who a configuration is asked for. */
export type Given = Tenant | string | null | undefined

export interface Residents {
  /** The layers that need no tenant; always there. */
  readonly everyone: Resident
  readonly size: number
  /** The resident, if it is one with just these properties. */
  find(given: Given): Resident | undefined
  all(): Resident[]
  /**
   * Whether somebody may move in.
   *
   * @param over resolves when nobody wants to wait any longer.
   * @throws {TenantError} unknown, or one too many.
   */
  check(tenant: Tenant, over: Promise<undefined>): Promise<void>
  /** Moves in, which may push out the least recently used. */
  admit(tenant: Tenant): Resident
  /**
   * Keeps a resident's documents awake though others may push it out meanwhile.
   *
   * @returns a function that lets go again.
   */
  keep(resident: Resident): () => void
  /** It was served: no stranger from here on. */
  welcome(resident: Resident): void
  /** It does not exist: moves out, and is answered with `error` for a while. */
  turnAway(tenant: Tenant, error: TenantError): TenantError
  purgeIdle(): void
  clear(): void
}

export function createResidents(settings: Settings, documents: DocumentStore): Residents {
  const { clock, maxTenants, isKnownTenant, missingRecheckSeconds, idleTimeoutSeconds } = settings
  // The cache's own way of knowing the time, made ours.
  const timing = { ttlResolution: 0, perf: { now: () => clock.now() } }
  const residents = new LRUCache<string, Resident>({
    max: maxTenants,
    ttl: idleTimeoutSeconds * 1000,
    updateAgeOnGet: true,
    dispose: (resident) => moveOut(documents, resident),
    ...timing,
  })
  const unknown = new LRUCache<string, TenantError>({
    max: maxTenants,
    ttl: missingRecheckSeconds * 1000,
    ...timing,
  })
  const known = new LRUCache<string, true>({ max: 4 * maxTenants })
  const newcomers = tokenBucket(settings.maxNewTenantsPerSecond, clock)
  const everyone = moveIn(documents, undefined, tenantLayers(settings, undefined), 'shared')

  function turnAway(tenant: Tenant, error: TenantError): TenantError {
    residents.delete(tenant.id)
    unknown.set(tenantKey(tenant), error)
    return error
  }

  async function checkKnown(tenant: Tenant, over: Promise<undefined>): Promise<void> {
    if (!isKnownTenant) return
    let answer: boolean | undefined
    try {
      answer = await Promise.race([isKnownTenant(tenant), over])
    } catch (cause) {
      throw new UnavailableError('CONFIG_UNAVAILABLE', `isKnownTenant failed: ${messageOf(cause)}`, {
        cause,
        retryAfterSeconds: 1,
      })
    }
    if (answer === false)
      throw turnAway(
        tenant,
        new TenantError('TENANT_UNKNOWN', 'isKnownTenant says that there is no such tenant'),
      )
    if (answer === true) return
    throw new UnavailableError('CONFIG_UNAVAILABLE', 'isKnownTenant did not answer true or false in time', {
      retryAfterSeconds: 1,
    })
  }

  return {
    everyone,
    get size() {
      return residents.size
    },
    find(given) {
      if (given === null || given === undefined) return everyone
      const tenant = typeof given === 'string' ? { id: given } : given
      const resident = residents.get(tenant.id)
      return resident?.tenant && isSameTenant(resident.tenant, tenant) ? resident : undefined
    },
    all: () => [everyone, ...residents.values()],
    async check(tenant, over) {
      const refusal = unknown.get(tenantKey(tenant))
      if (refusal) throw refusal
      if (!known.has(tenant.id) && newcomers.take() > 0) {
        throw new TenantError(
          'TENANT_BUDGET_EXCEEDED',
          'more tenants that were never served before came at once than maxNewTenantsPerSecond allows. Try again, or raise the option',
          { retryAfterSeconds: 1 },
        )
      }
      await checkKnown(tenant, over)
    },
    admit(tenant) {
      const lane = known.has(tenant.id) ? 'known' : 'new'
      const resident = moveIn(documents, tenant, tenantLayers(settings, tenant), lane)
      residents.set(tenant.id, resident)
      return resident
    },
    keep(resident) {
      for (const document of resident.documents) documents.retain(document)
      return () => moveOut(documents, resident)
    },
    welcome({ tenant, layers, documents: held }) {
      if (tenant === undefined) return
      known.set(tenant.id, true)
      for (const [at, document] of held.entries()) {
        if (layers[at]?.ownDocument && document.lane === 'new') document.lane = 'known'
      }
    },
    turnAway,
    purgeIdle() {
      residents.purgeStale()
      unknown.purgeStale()
    },
    clear: () => residents.clear(),
  }
}
