/**
 * What a caller may say beside the tenant.
 *
 * @module
 */
import type { RequestContext } from '../views/context.ts'

export interface ResolveOptions {
  /** What rules of variants may look at besides the tenant. */
  readonly context?: RequestContext
}
