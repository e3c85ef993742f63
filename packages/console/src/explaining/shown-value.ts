/**
 * A value as it may be shown.
 *
 * @module
 */
import type { JsonValue } from '@appconfig-kit/core'

/** Longer ones are cut: a page shows thousands. */
const LONGEST = 500

/** As JSON; where values may not be told, its kind alone. */
export function shown(value: JsonValue, values: boolean): string {
  if (!values) return kindOf(value)
  const text = JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text
}

/** Neither its length nor its size: they tell something of it. */
function kindOf(value: JsonValue): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'an object'
  return typeof value === 'string' ? 'a text' : `a ${typeof value}`
}
