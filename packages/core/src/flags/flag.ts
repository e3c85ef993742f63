/**
 * What counts as a flag, and whether it is on.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { warnOfNoFlag } from './flag-warnings.ts'

/** A flag with attributes, or with variants, as against a plain boolean. */
export function isFlagObject(value: JsonValue | undefined): value is JsonObject {
  return isPlainObject(value) && (Object.hasOwn(value, 'enabled') || Object.hasOwn(value, '_variants'))
}

/** `{ "enabled": false, … }`: all AWS serves of a flag that is off. */
export function isDisabledFlag(value: JsonValue | undefined): boolean {
  return isFlagObject(value) && value['enabled'] === false
}

/** The options of `isEnabled`. */
export interface IsEnabledOptions {
  /**
   * The answer for what is no flag: unknown, or of another type.
   *
   * @default false
   */
  readonly default?: boolean
}

/** Whether the value of a key is a flag that is on. */
export function isOn(config: unknown, flag: string, options?: IsEnabledOptions): boolean {
  if (typeof config === 'object' && config !== null) {
    const on = stateOf((config as JsonObject)[flag])
    // Its own: what every object inherits must not be a flag.
    if (on !== undefined && Object.hasOwn(config, flag)) return on
  }
  return notAFlag(config, flag, options)
}

/** Whether the value of a flag says on or off; undefined for what is no flag. */
export function stateOf(value: JsonValue | undefined): boolean | undefined {
  const on = typeof value === 'object' && value !== null ? (value as JsonObject)['enabled'] : value
  return typeof on === 'boolean' ? on : undefined
}

function notAFlag(config: unknown, flag: string, options: IsEnabledOptions | undefined): boolean {
  // Whoever gives a default has thought of a flag that is not there.
  if (options?.default !== undefined) return options.default
  if (isPlainObject(config)) warnOfNoFlag(config, flag, ownValue(config, flag))
  return false
}
