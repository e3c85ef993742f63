/**
 * Asking a configuration for a flag.
 *
 * @module
 */
import type { FlagKey, RegisteredConfig } from '../types.ts'
import { type IsEnabledOptions, isOn } from './flag.ts'

/**
 * Whether a flag is on: `true`, or an object whose `enabled` is `true`. Never throws.
 *
 * @example
 * if (isEnabled(req.config, 'featureA')) …
 */
export function isEnabled<Config = RegisteredConfig>(
  config: Config | undefined,
  flag: FlagKey<Config>,
  options?: IsEnabledOptions,
): boolean {
  return isOn(config, flag, options)
}
