/**
 * Checks of names that were computed from a tenant, before they are used.
 *
 * AppConfig takes ids where it takes names: without these checks a tenant id could name another tenant's
 * profile, leave a folder or add a header.
 *
 * @module
 */
import { OptionsError, quoted, shapeOf, WiringError } from '../errors.ts'
import type { Tenant } from '../tenants/tenant.ts'

const SAFE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/
/** The result of a template with a missing property: `tier-undefined`. */
const MISSING_PART = /(^|[._-])(undefined|null|NaN)($|[._-])/
/** The shape of the ids AWS gives to applications, environments and profiles. */
const AWS_ID = /^[a-z0-9]{4,7}$/

/** The kind of a computed name, for errors. */
export type NameKind = 'application' | 'environment' | 'profile' | 'section'

/**
 * Checks a name that a layer function computed.
 *
 * @throws {WiringError} `LAYER_NAME_INVALID`: the text says what is wrong with the layer function.
 */
export function checkComputedName(kind: NameKind, name: unknown, tenant: Tenant): string {
  if (typeof name !== 'string' || !SAFE_NAME.test(name)) {
    throw new WiringError(
      'LAYER_NAME_INVALID',
      `a layer computed ${shapeOf(name)} as ${kind} name, which does not match ${SAFE_NAME}${firstWrong(name)}. Compute names of letters, digits, ".", "_" and "-"`,
    )
  }
  const missing = missingPart(name, tenant)
  if (missing !== undefined) {
    throw new WiringError(
      'LAYER_NAME_INVALID',
      `a layer computed a ${kind} name with "undefined", "null" or "NaN" in it: ${missing}. Let the tenant resolver give it, or answer undefined for tenants without it`,
    )
  }
  if (kind === 'profile' && AWS_ID.test(name)) {
    throw new WiringError(
      'LAYER_NAME_INVALID',
      `a layer computed a profile name of ${name.length} small letters and digits, which looks like an AWS id: AppConfig would take it for one and could serve another profile. Give computed names a prefix, e.g. "tenant-" or "tier-"`,
    )
  }
  return name
}

/** The place of the first character that is not allowed; the name itself may be a tenant's id. */
function firstWrong(name: unknown): string {
  if (typeof name !== 'string' || name === '' || name.length > 128) return ''
  const at = name.search(/[^A-Za-z0-9._-]/)
  return `: see character ${at < 0 ? 1 : at + 1}`
}

/** The property a template missed, unless the tenant itself has such a name. */
function missingPart(name: string, { id, tier, cell, attributes = {} }: Tenant): string | undefined {
  const word = MISSING_PART.exec(name)?.[2]
  if (word === undefined) return undefined
  if ([id, tier, cell, ...Object.values(attributes)].some((text) => String(text ?? '').includes(word)))
    return undefined
  const absent = Object.entries({ tier, cell }).filter(([, value]) => value === undefined)
  return absent.length > 0
    ? `this tenant has no ${absent.map(([key]) => key).join(', no ')}`
    : `one of its parts is ${word}`
}

/**
 * A name written in the options: anything AppConfig takes.
 *
 * @throws {OptionsError} `OPTIONS_INVALID`.
 */
export function checkWrittenName(what: string, name: unknown): string {
  if (typeof name !== 'string' || name.length === 0 || name.length > 128) {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `${what} must be a name of 1 to 128 characters, got ${quoted(name)}`,
    )
  }
  return name
}
