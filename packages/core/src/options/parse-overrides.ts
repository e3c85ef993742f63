/**
 * Parsing the option `overrides`.
 *
 * @module
 */
import { OptionsError } from '../errors.ts'
import type { OverrideOptions, OverrideSettings } from '../overrides/options.ts'
import { isKey, KEY_FORM } from '../overrides/override-token.ts'
import { refuseUnknownOptions } from './known-options.ts'
import { refuseUnless } from './refuse-unless.ts'

const NAMES = ['keys', 'flags', 'finalLayers', 'header', 'cookie', 'maxSeconds']
/** RFC 9110's token, which names headers and cookies. */
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** @throws {OptionsError} `OPTIONS_INVALID`. */
export function parseOverrides(options: OverrideOptions | undefined): OverrideSettings | undefined {
  if (options === undefined) return undefined
  refuseUnknownOptions('overrides', options, NAMES)
  const {
    flags,
    finalLayers = ['ops'],
    header = 'x-appconfig-override',
    cookie,
    maxSeconds = 86_400,
  } = options
  const keys = typeof options.keys === 'string' ? [options.keys] : options.keys
  // Not by `refuseUnless`, which quotes what it got: a short secret is a secret.
  if (!Array.isArray(keys) || keys.length === 0 || !keys.every(isKey))
    throw new OptionsError(
      'OPTIONS_INVALID',
      `the option overrides.keys must be ${KEY_FORM}, or a list of such. Make one with: openssl rand -base64 32`,
    )
  refuseUnless(isNames(flags) && flags.length > 0, 'overrides.flags', 'a list of names of flags', flags)
  refuseUnless(isNames(finalLayers), 'overrides.finalLayers', 'a list of names of profiles', finalLayers)
  refuseUnless(isToken(header), 'overrides.header', 'the name of a header', header)
  refuseUnless(cookie === undefined || isToken(cookie), 'overrides.cookie', 'the name of a cookie', cookie)
  refuseUnless(
    Number.isInteger(maxSeconds) && maxSeconds >= 1,
    'overrides.maxSeconds',
    'a whole number of at least 1',
    maxSeconds,
  )
  return {
    keys: [...keys],
    flags: new Set(flags),
    finalLayers: [...finalLayers],
    header: header.toLowerCase(),
    cookie,
    maxSeconds,
  }
}

function isNames(names: unknown): names is readonly string[] {
  return Array.isArray(names) && names.every((name) => typeof name === 'string' && name !== '')
}

function isToken(name: unknown): boolean {
  return typeof name === 'string' && TOKEN.test(name)
}
