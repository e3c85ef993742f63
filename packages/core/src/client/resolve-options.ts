/**
 * Options of a call besides the tenant.
 *
 * @module
 */
import type { RequestContext } from '../views/context.ts'

/** Options of {@link AppConfigClient.resolve} and {@link AppConfigClient.peek}. */
export interface ResolveOptions {
  /**
   * What rules of variants may use besides the tenant, such as `{ country: 'DE' }`: texts, numbers and
   * booleans by key. `tenantId`, `tier` and `cell` are reserved for the tenant.
   */
  readonly context?: RequestContext
}
