/**
 * Overrides as text: what is overridden, for whom and until when, signed by HMAC-SHA256.
 *
 * The text is not encrypted: whoever holds it can read the tenant's id and the flags.
 *
 * @module
 */
import { type Clock, systemClock } from '../clock.ts'
import { OptionsError, quoted } from '../errors.ts'
import { isPlainObject, type JsonValue, jsonOrUndefined } from '../json.ts'
import { nodeModule } from '../node-modules.ts'
import { refuseUnless } from '../options/refuse-unless.ts'
import type { FlagOverrides, OverrideRefusal } from './options.ts'

/** What {@link signOverride} needs. */
export interface SignOverrideOptions {
  /** The secret: one of the option `overrides.keys`. At least 32 characters. */
  readonly key: string
  /** The id of the only tenant that it is for. */
  readonly tenant: string
  /** By flag: `true`, `false`, or the name of one of its variants. At least one, at most 20. */
  readonly flags: FlagOverrides
  /** How long it is valid, in seconds. */
  readonly validForSeconds: number
  /** The clock it is valid by. @default systemClock */
  readonly clock?: Pick<Clock, 'now'>
}

/** An override, as its text says it. */
export interface Override {
  readonly tenant: string
  readonly flags: FlagOverrides
  readonly expiresAtSeconds: number
}

export const LEAST_KEY_LENGTH = 32
const FORM = /^v1\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]{43})$/
/** Of a text from anybody: no more is looked at. */
const LONGEST = 4096
const MOST_FLAGS = 20

/**
 * Signs an override for a tester: flags of one tenant, for a while. Send it with requests as the header
 * `x-appconfig-override`; see docs/overrides.md.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for a short key, no or too many flags, or a time that is none.
 * @example
 * const key = process.env['APPCONFIG_OVERRIDE_KEY'] ?? 'a secret of at least 32 characters'
 * const override = signOverride({ key, tenant: 'tenant-01', flags: { featureA: true }, validForSeconds: 3600 })
 */
export function signOverride({
  key,
  tenant,
  flags,
  validForSeconds,
  clock = systemClock,
}: SignOverrideOptions): string {
  if (!isKey(key))
    throw new OptionsError('OPTIONS_INVALID', `the key of an override must be ${KEY_FORM}. Give such a one`)
  refuseUnless(typeof tenant === 'string' && tenant !== '', 'tenant', "a tenant's id", tenant)
  refuseUnless(
    isFlagOverrides(flags),
    'flags',
    `an object of 1 to ${MOST_FLAGS} flags: true, false or a variant's name`,
    flags,
  )
  refuseUnless(
    Number.isInteger(validForSeconds) && validForSeconds >= 1,
    'validForSeconds',
    'a whole number of at least 1',
    validForSeconds,
  )
  const expiresAtSeconds = Math.floor(clock.now() / 1000) + validForSeconds
  const said = Buffer.from(JSON.stringify([tenant, flags, expiresAtSeconds])).toString('base64url')
  const text = `v1.${said}.${signatureOf(said, key)}`
  if (text.length <= LONGEST) return text
  throw new OptionsError(
    'OPTIONS_INVALID',
    `the override of ${quoted(tenant)} has ${text.length} characters, and at most ${LONGEST} are taken. Override fewer flags at once`,
  )
}

/** Reads an override that one of the keys has signed, or says why it is none. Whether it still is valid is not asked. */
export function readOverride(
  text: string,
  keys: readonly string[],
): Override | Extract<OverrideRefusal, 'MALFORMED' | 'FORGED'> {
  const [, said, signature] = (text.length <= LONGEST && FORM.exec(text)) || []
  if (said === undefined || signature === undefined) return 'MALFORMED'
  // Nothing of it is read before it is known to be ours.
  if (!keys.some((key) => isEqual(signature, signatureOf(said, key)))) return 'FORGED'
  const parts = jsonOrUndefined(Buffer.from(said, 'base64url').toString())
  const [tenant, flags, expiresAtSeconds] = Array.isArray(parts) ? (parts as readonly JsonValue[]) : []
  if (typeof tenant !== 'string' || typeof expiresAtSeconds !== 'number' || !isFlagOverrides(flags))
    return 'MALFORMED'
  return { tenant, flags, expiresAtSeconds }
}

/** For messages: a key is never quoted. */
export const KEY_FORM: string = `a text of at least ${LEAST_KEY_LENGTH} characters`

/** Whether it is long enough to be a secret. */
export function isKey(key: unknown): key is string {
  return typeof key === 'string' && key.length >= LEAST_KEY_LENGTH
}

function isFlagOverrides(flags: unknown): flags is FlagOverrides {
  if (!isPlainObject(flags)) return false
  const values = Object.values(flags)
  return (
    values.length > 0 &&
    values.length <= MOST_FLAGS &&
    values.every((value) => typeof value === 'boolean' || typeof value === 'string')
  )
}

/** Of nothing else that the same key may sign: the text begins with what it is. */
function signatureOf(said: string, key: string): string {
  return nodeModule('crypto')
    .createHmac('sha256', key)
    .update(`appconfig-kit override v1\n${said}`)
    .digest('base64url')
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && nodeModule('crypto').timingSafeEqual(Buffer.from(a), Buffer.from(b))
}
