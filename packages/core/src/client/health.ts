/**
 * How a client does, for a readiness check.
 *
 * @module
 */
import type { DocumentHealth } from '../documents/generation.ts'
import type { LiveDocument } from '../documents/live-document.ts'

/** No values, only names, versions and errors. */
export interface Health {
  /**
   * `ok`: everything is the newest. `degraded`: everything is served, something of it is old.
   * `unavailable`: a document that all tenants need was never read. Fit for readiness, never for
   * liveness: a restart mends nothing here.
   */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  /** The documents all tenants share, and of tenants' own the first hundred that are not well. */
  readonly documents: readonly DocumentHealth[]
  /** How many of tenants' own documents are in which state. */
  readonly tenantDocuments: Readonly<Partial<Record<DocumentHealth['status'], number>>>
  readonly warmTenants: number
}

const MOST_TENANT_DOCUMENTS = 100
const WELL: readonly DocumentHealth['status'][] = ['ok', 'absent', 'loading']

export function healthOf(
  awake: Iterable<LiveDocument>,
  required: ReadonlySet<LiveDocument>,
  warmTenants: number,
): Health {
  const shared: DocumentHealth[] = []
  const unwell: DocumentHealth[] = []
  const tenantDocuments: Partial<Record<DocumentHealth['status'], number>> = {}
  let isUnavailable = false
  for (const document of awake) {
    const health = document.health()
    if (required.has(document) && document.current === undefined) isUnavailable = true
    if (document.lane === 'shared') shared.push(health)
    else {
      tenantDocuments[health.status] = (tenantDocuments[health.status] ?? 0) + 1
      if (!WELL.includes(health.status) && unwell.length < MOST_TENANT_DOCUMENTS) unwell.push(health)
    }
  }
  const isDegraded = unwell.length > 0 || shared.some(({ status }) => !WELL.includes(status))
  return {
    status: isUnavailable ? 'unavailable' : isDegraded ? 'degraded' : 'ok',
    documents: [...shared, ...unwell],
    tenantDocuments,
    warmTenants,
  }
}
