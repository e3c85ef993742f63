/**
 * Which variant of a flag a configuration has.
 *
 * @module
 */
import { noteDecision } from '../decisions/watch.ts'
import { isPlainObject, type JsonValue, ownValue } from '../json.ts'
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
  noteDecision(config, flag)
  return variantNameOf(isPlainObject(config) ? ownValue(config, flag) : undefined)
}

/** The variant that the value of a flag says it is. */
export function variantNameOf(value: JsonValue | undefined): string | undefined {
  const variant = isPlainObject(value) ? ownValue(value, '_variant') : undefined
  return typeof variant === 'string' ? variant : undefined
}
