/**
 * One layer of one tenant.
 *
 * @module
 */
import type { DocumentId } from '../sources/source.ts'

/**
 * Which tenants share a document: `everyone`, if its name was written; a `group`, if it was computed from
 * tier, cell or attributes; one `tenant`, if another tenant id would give another name.
 */
export type DocumentScope = 'everyone' | 'group' | 'tenant'

/** A layer with all names computed. */
export interface TenantLayer {
  readonly document: DocumentId
  readonly section: string | undefined
  /** Whether it contributes nothing, because it is a layer of sections and there is no tenant. */
  readonly isWithheld: boolean
  readonly optional: boolean
  readonly pollIntervalSeconds: number | undefined
  /** `object`: any other content is refused. */
  readonly content: 'object' | 'any'
  readonly scope: DocumentScope
  /** Whether the profile's name is written in the options: requests are counted for such only. */
  readonly isWritten: boolean
}

/** Whether all tenants share the document: it is loaded at the start and never idles. */
export function isSharedDocument({ scope, document }: TenantLayer): boolean {
  return scope === 'everyone' && document.entity === undefined
}

/** Whether the document is made of sections. */
export function hasSections({ section, isWithheld }: TenantLayer): boolean {
  return section !== undefined || isWithheld
}

/** Whether the layer differs between tenants of equal tier, cell and attributes. */
export function isOwn({ scope, section }: TenantLayer): boolean {
  return scope === 'tenant' || section !== undefined
}

/** Whether the layer is for some tenants only: if it does not exist, the tenant is unknown. */
export function isTenantsOwn({ scope, section }: TenantLayer): boolean {
  return scope !== 'everyone' || section !== undefined
}

/** Whether the whole document is one tenant's alone. */
export function isItsOwnDocument({ scope, section, document }: TenantLayer): boolean {
  return (scope === 'tenant' && section === undefined) || document.entity !== undefined
}
