/**
 * What a change of a document changes for a tenant: flags on and off, their variants, and values.
 *
 * Core evaluates both sides with the context that a request of the tenant has, so that the effect can't differ from
 * what requests get of that document.
 *
 * @module
 */
import { evaluateFlags, type Tenant } from '@appconfig-kit/core'
import { contextOf, type RuleContext } from '@appconfig-kit/core/rules'
import { isPlainObject, type JsonObject, type JsonValue } from '../documents/json.ts'
import { changesBetween } from './changes.ts'

/** One difference for one tenant. */
export interface Effect {
  readonly tenant: string
  /** A flag, or the place of a value. */
  readonly key: string
  /** `on`, `off`, `on (variant)`, `absent`, or a value as JSON. */
  readonly before: string
  readonly after: string
}

/** The differences for a tenant, sorted by key. */
export function effectsOn(
  tenant: Tenant,
  before: JsonValue,
  after: JsonValue,
  context: RuleContext,
): readonly Effect[] {
  const bound = contextOf(tenant, context)
  const [was, is] = [evaluateFlags(before, bound), evaluateFlags(after, bound)]
  const keys = [...new Set([...Object.keys(was), ...Object.keys(is)])].sort()
  return keys.flatMap((key) =>
    effectsOf(key, own(was, key), own(is, key)).map((effect) => ({ tenant: tenant.id, ...effect })),
  )
}

function effectsOf(
  key: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Omit<Effect, 'tenant'>[] {
  const [was, is] = [stateOf(before), stateOf(after)]
  const isFlag =
    (was ?? is) !== undefined &&
    (was !== undefined || before === undefined) &&
    (is !== undefined || after === undefined)
  if (!isFlag) return valuesOf(key, before, after)
  const state = was === is ? [] : [{ key, before: was ?? 'absent', after: is ?? 'absent' }]
  // While a flag is off, requests see nothing of its attributes.
  const isOn = [before, after].every((value) => isPlainObject(value) && value['enabled'] === true)
  return isOn ? [...state, ...valuesOf(key, attributesOf(before), attributesOf(after))] : state
}

function valuesOf(
  key: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly Omit<Effect, 'tenant'>[] {
  return changesBetween(before, after, [key]).map((change) => ({
    key: change.place,
    before: textOf(change.before),
    after: textOf(change.after),
  }))
}

/** On or off, and the variant; undefined for what is no flag. */
function stateOf(value: JsonValue | undefined): string | undefined {
  const enabled = isPlainObject(value) ? own(value, 'enabled') : value
  if (typeof enabled !== 'boolean') return undefined
  const state = enabled ? 'on' : 'off'
  const variant = isPlainObject(value) ? own(value, '_variant') : undefined
  return typeof variant === 'string' ? `${state} (${variant})` : state
}

function attributesOf(value: JsonValue | undefined): JsonObject {
  if (!isPlainObject(value)) return {}
  const { enabled: _enabled, _variant, ...attributes } = value
  return attributes
}

/** A value as it is printed. */
export function textOf(value: JsonValue | undefined): string {
  return value === undefined ? 'absent' : JSON.stringify(value)
}

function own(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}
