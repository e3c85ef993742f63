/**
 * Asking a configuration for a flag.
 *
 * @module
 */
import { noteDecision } from '../decisions/watch.ts'
import type { FlagKey, RegisteredConfig } from '../types.ts'
import { type IsEnabledOptions, isOn } from './flag.ts'

/**
 * Whether a flag is on: `true`, or an object whose `enabled` is `true`. Never throws.
 *
 * @example
 * const search = isEnabled(req.config, 'featureA') ? newSearch : oldSearch
 */
export function isEnabled<Config = RegisteredConfig>(
  config: Config | undefined,
  flag: FlagKey<Config>,
  options?: IsEnabledOptions,
): boolean {
  noteDecision(config, flag)
  return isOn(config, flag, options)
}
