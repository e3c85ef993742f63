/**
 * How a client does, for a readiness check.
 *
 * @module
 */
import type { LiveDocument } from '../documents/document.ts'
import { isAbsent } from '../documents/document-state.ts'
import type { DocumentHealth } from '../documents/version.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'

/** No values, only names, versions and errors. */
export interface Health {
  /**
   * `ok`: everything is the newest. `degraded`: everything is served that can be, and something of it is old, was
   * rejected, or should exist and does not. `unavailable`: a document that all tenants need was never read. Fit for
   * readiness, never for liveness: a restart mends nothing here.
   */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  /** The documents all tenants share, and of the others the first hundred that are not well. */
  readonly documents: readonly DocumentHealth[]
  /** How many documents of single tenants, tiers and cells are in which state. */
  readonly tenantDocuments: Readonly<Partial<Record<DocumentHealth['status'], number>>>
  readonly warmTenants: number
}

const MOST_TENANT_DOCUMENTS = 100

/** @param missing documents that should exist, and that nobody holds because they do not. */
export function healthOf(
  awake: Iterable<LiveDocument>,
  missing: Iterable<DocumentHealth>,
  tenantless: TenantEntry,
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
  const isUnavailable = tenantless.layers.some(
    ({ optional }, at) => !optional && tenantless.documents[at]?.state.current === undefined,
  )
  return {
    status: isUnavailable ? 'unavailable' : isDegraded ? 'degraded' : 'ok',
    documents: [...shared, ...unwell],
    tenantDocuments,
    warmTenants,
  }
}

/** Absent is well for a document that may be; where some layer can't do without it, it should be there. */
function isWell({ isRequired, state }: LiveDocument, { status }: DocumentHealth): boolean {
  if (status === 'ok' || status === 'loading') return true
  return status === 'absent' && !(isRequired && isAbsent(state))
}
