/**
 * Which variant of a flag a configuration has.
 *
 * @module
 */
import { isPlainObject, ownValue } from '../json.ts'
import type { FlagKey, RegisteredConfig } from '../types.ts'

/**
 * The name of the variant that was chosen for this request; undefined for a flag without any.
 *
 * @example
 * const isOneClick = variantOf(req.config, 'checkout') === 'oneClick'
 */
export function variantOf<Config = RegisteredConfig>(
  config: Config | undefined,
  flag: FlagKey<Config>,
): string | undefined {
  const value = isPlainObject(config) ? ownValue(config, flag) : undefined
  const variant = isPlainObject(value) ? ownValue(value, '_variant') : undefined
  return typeof variant === 'string' ? variant : undefined
}
