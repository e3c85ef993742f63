/**
 * The tenant of a request in a test: a header names it.
 *
 * @module
 */
import type { RequestLike } from '../requests/tenant-resolvers.ts'

/** The header that names the tenant of a request, where a test gives no option `tenant`. */
export const TEST_TENANT_HEADER = 'x-test-tenant'

/** The tenant id in {@link TEST_TENANT_HEADER}; without it the request has no tenant. */
export function tenantFromTestHeader({ headers }: Pick<RequestLike, 'headers'>): string | null {
  const id = headers[TEST_TENANT_HEADER]
  return typeof id === 'string' ? id : null
}
