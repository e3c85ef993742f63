/**
 * A configuration with some flags as an override has them.
 *
 * @module
 */
import { type ConfigNotes, noteOn, type Overridden } from '../config-notes.ts'
import { isFlagObject, stateOf } from '../flags/flag.ts'
import { copyOf, isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import type { CheckConfig } from '../snapshots/check-schema.ts'
import { choiceSeen, configSeen, notesSeen, type Seen } from '../views/seen.ts'
import type { FlagOverrides, OverrideRefusal } from './options.ts'

/**
 * A configuration of its own for one request: all flags of the override, or the reason why none.
 *
 * @param finalLayers profiles that must not hold a flag of it.
 */
export function applyOverride(
  seen: Seen,
  flags: FlagOverrides,
  finalLayers: readonly string[],
  check: CheckConfig,
): JsonObject | OverrideRefusal {
  const config = configSeen(seen)
  if (!isPlainObject(config)) return 'NO_FLAG'
  const notes = notesSeen(seen)
  const overridden = copyOf(config)
  for (const [flag, wanted] of Object.entries(flags)) {
    if (notes?.isHeldBy?.(finalLayers, flag)) return 'FINAL_LAYER'
    const value = ownValue(config, flag)
    if (value === undefined || stateOf(value) === undefined) return 'NO_FLAG'
    const variants = notes?.variants?.get(flag)
    const replaced =
      typeof wanted === 'string'
        ? variants?.find(({ name }) => name === wanted)?.served
        : withState(value, wanted, variants !== undefined)
    if (replaced === undefined) return 'NO_VARIANT'
    overridden[flag] = replaced
  }
  if (notes) noteOn(overridden, notesWith(notes, overriding(flags, seen)))
  Object.freeze(overridden)
  return check(overridden).length > 0 ? 'CONFIG_INVALID' : overridden
}

function overriding(flags: FlagOverrides, before: Seen): Overridden {
  const has = (flag: string) => Object.hasOwn(flags, flag)
  return { has, choiceOf: (flag) => (has(flag) ? undefined : choiceSeen(before, flag)) }
}

function notesWith(notes: ConfigNotes, overridden: Overridden): ConfigNotes {
  const { isFallback, warnings, variants } = notes
  return {
    get layers() {
      return notes.layers
    },
    get usage() {
      return notes.usage
    },
    isMadeOf: (test) => notes.isMadeOf?.(test) ?? false,
    originOf: (key) => notes.originOf?.(key),
    isHeldBy: (profiles, key) => notes.isHeldBy?.(profiles, key) ?? false,
    isFallback,
    warnings,
    ...(variants && { variants }),
    overridden,
  }
}

/** On or off; undefined for a flag with variants that is to be on: which one is not said. */
function withState(value: JsonValue, isOn: boolean, hasVariants: boolean): JsonValue | undefined {
  if (hasVariants && isOn) return undefined
  if (!isFlagObject(value)) return isOn
  // AppConfig serves no attributes of a flag that is off.
  return Object.freeze(isOn ? { ...value, enabled: true } : { enabled: false })
}
