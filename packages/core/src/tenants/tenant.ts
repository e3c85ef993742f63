/**
 * The customer a request belongs to.
 *
 * @module
 */
import { quoted, shapeOf, TenantError } from '../errors.ts'

/** A tenant, as the tenant resolver gives it. */
export interface Tenant {
  /** The id. It becomes part of names and keys, so it must match `tenantIdPattern`. */
  readonly id: string
  /** The tier, e.g. `pro`, for layer functions and rules. */
  readonly tier?: string | undefined
  /** The partition of production the tenant lives in: an AppConfig environment. */
  readonly cell?: string | undefined
  /** Further properties, for layer functions and rules. */
  readonly attributes?: Readonly<Record<string, string | number | boolean>> | undefined
}

/** Texts that templates make of missing values. They are refused as ids. */
const NOT_AN_ID: readonly string[] = ['undefined', 'null', 'NaN']

/**
 * The default of the option `tenantIdPattern`: 1 to 64 letters, digits, `.`, `_` and `-`, the first a letter
 * or digit.
 */
export const DEFAULT_TENANT_ID_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Checks a tenant or its id, and copies it: later changes of the caller's object have no effect.
 *
 * @throws {TenantError} `TENANT_ID_INVALID` (400).
 */
export function toTenant(given: Tenant | string, pattern: RegExp): Tenant {
  const tenant = typeof given === 'string' ? { id: given } : given
  if (typeof tenant?.id !== 'string' || !pattern.test(tenant.id)) {
    throw new TenantError(
      'TENANT_ID_INVALID',
      `the tenant id, ${shapeOf(tenant?.id)}, does not match ${pattern}. Send a valid one, or set tenantIdPattern`,
    )
  }
  if (NOT_AN_ID.includes(tenant.id)) {
    throw new TenantError(
      'TENANT_ID_INVALID',
      `the tenant id is the text ${quoted(tenant.id)}, which a template makes of a value that is not there. Let the tenant resolver answer null or undefined instead`,
    )
  }
  const { id, tier, cell, attributes } = tenant
  return Object.freeze({ id, tier, cell, attributes: attributes && Object.freeze({ ...attributes }) })
}

/** The id of a tenant as callers give it; undefined for none. */
export function tenantIdOf(given: Tenant | string | null | undefined): string | undefined {
  return typeof given === 'object' ? given?.id : given
}

/** Whether two tenants are equal, and so have the same layers. */
export function isSameTenant(a: Tenant, b: Tenant): boolean {
  if (a === b) return true
  return a.id === b.id && a.tier === b.tier && a.cell === b.cell && haveSameAttributes(a, b)
}

function haveSameAttributes({ attributes: a }: Tenant, { attributes: b }: Tenant): boolean {
  if (a === b) return true
  if (a === undefined || b === undefined) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && a[key] === b[key])
  )
}

/** A key of a tenant: distinct tenants have distinct keys, whatever characters they hold. */
export function tenantKey({ id, tier, cell, attributes }: Tenant): string {
  return JSON.stringify([id, tier, cell, attributes && Object.entries(attributes).sort()])
}
