/**
 * What a request adds to what its tenant is.
 *
 * @module
 */
import { RESERVED_KEYS, type RuleContext } from '../rules/facts.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** Undefined and null are as if left out. */
export type RequestContext = Readonly<Record<string, string | number | boolean | undefined | null>>

/** What rules look at as one object, for a source that chooses variants itself: as the rules here see it. */
export function contextOf(tenant: Tenant | undefined, context: RequestContext | undefined): RuleContext {
  const bound: Record<string, unknown> = {}
  if (context !== undefined) bind(bound, context)
  if (tenant?.attributes !== undefined) bind(bound, tenant.attributes)
  bound['tenantId'] = tenant?.id
  bound['tier'] = tenant?.tier
  bound['cell'] = tenant?.cell
  return bound as RuleContext
}

function bind(bound: Record<string, unknown>, values: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(values)) {
    // An assignment to `__proto__` would be none; no rule of anybody's looks at it.
    if (!RESERVED_KEYS.includes(key) && key !== '__proto__') bound[key] = value
  }
}
