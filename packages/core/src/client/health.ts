/**
 * The health of a client, for a readiness check.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { isAbsent } from '../documents/document-state.ts'
import type { DocumentHealth } from '../documents/version.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'

/** The health of a client: names, versions and errors, never configuration values. */
export interface Health {
  /**
   * `ok`: everything in use is the newest. `degraded`: everything is served, but some of it is old, was
   * rejected, or should exist and does not. `unavailable`: a document that all tenants need was never read or,
   * where no layer needs a tenant, there is no valid configuration yet.
   * For readiness checks only: a restart repairs nothing, so it must not fail a liveness check.
   */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  /** The documents that all tenants share, and the first 100 others that are not `ok`. */
  readonly documents: readonly DocumentHealth[]
  /** The number of documents of tenants, tiers and cells in each state. */
  readonly tenantDocuments: Readonly<Partial<Record<DocumentHealth['status'], number>>>
  /** The number of tenants in the cache. */
  readonly warmTenants: number
}

const MOST_TENANT_DOCUMENTS = 100

/**
 * @param missing documents that should exist; no entry holds them because they do not.
 * @param needsTenant whether the layers without a tenant need not be valid.
 */
export function healthOf(
  awake: Iterable<LiveDocument>,
  missing: Iterable<DocumentHealth>,
  tenantless: TenantEntry,
  needsTenant: boolean,
  warmTenants: number,
): Health {
  const shared: DocumentHealth[] = []
  const unwell: DocumentHealth[] = [...missing]
  const tenantDocuments: Partial<Record<DocumentHealth['status'], number>> = {}
  let isDegraded = unwell.length > 0
  for (const document of awake) {
    const health = document.health()
    if (!isWell(document, health)) isDegraded = true
    if (document.lane === 'shared') shared.push(health)
    else {
      tenantDocuments[health.status] = (tenantDocuments[health.status] ?? 0) + 1
      if (!isWell(document, health) && unwell.length < MOST_TENANT_DOCUMENTS) unwell.push(health)
    }
  }
  const isUnread = tenantless.layers.some(
    ({ optional }, at) => !optional && tenantless.documents[at]?.state.current === undefined,
  )
  const isInvalid = !needsTenant && tenantless.snapshot === undefined && tenantless.error !== undefined
  return {
    status: isUnread || isInvalid ? 'unavailable' : isDegraded ? 'degraded' : 'ok',
    documents: [...shared, ...unwell],
    tenantDocuments,
    warmTenants,
  }
}

/** Whether a document is healthy. An absent one is, unless some layer requires it. */
function isWell({ isRequired, state }: LiveDocument, { status }: DocumentHealth): boolean {
  if (status === 'ok' || status === 'loading') return true
  return status === 'absent' && !(isRequired && isAbsent(state))
}
