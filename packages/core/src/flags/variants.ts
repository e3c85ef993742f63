/**
 * Flags with variants: which one a context gets.
 *
 * Top to bottom, the first variant whose rule holds; else the last, which has none. A variant is
 * served as AppConfig serves it: `{ _variant, enabled, …attributes }`, without attributes while off.
 *
 * Source: the AppConfig user guide on multi-variant flags and the type reference of feature flags.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import { type CompiledRule, compileRule } from '../rules/compile-rule.ts'
import type { RuleContext } from '../rules/operators.ts'
import type { SplitHash } from '../rules/split.ts'

export interface Variant {
  readonly name: string
  /** Without one it is the default. */
  readonly rule: CompiledRule | undefined
  readonly served: JsonObject
}

/** The variants of each flag of a configuration that has some; empty for most configurations. */
export type VariantFlags = ReadonlyMap<string, readonly Variant[]>

const OFF: JsonObject = Object.freeze({ enabled: false })

/** What a context gets. */
export function chooseVariant(variants: readonly Variant[], context: RuleContext): JsonObject {
  return variants.find(({ rule }) => rule === undefined || rule(context))?.served ?? OFF
}

/**
 * Compiles the rules of all top-level flags that have variants.
 *
 * @throws {Error} that names the place, and shows the spot in a rule.
 */
export function compileVariantFlags(config: JsonValue, split: SplitHash): VariantFlags {
  const flags = new Map<string, readonly Variant[]>()
  if (!isPlainObject(config)) return flags
  for (const [flag, value] of Object.entries(config)) {
    if (!isPlainObject(value) || !Object.hasOwn(value, '_variants')) continue
    // `enabled: false` beside variants is a flag that a layer above has switched off.
    if (value['enabled'] === false) flags.set(flag, [])
    else flags.set(flag, compileVariants(flag, value['_variants'], split))
  }
  return flags
}

const compiled = new WeakMap<
  object,
  Map<string, { readonly split: SplitHash; readonly variants: readonly Variant[] }>
>()

/** Once per document: a merged configuration holds the very list of its document. */
function compileVariants(flag: string, list: JsonValue | undefined, split: SplitHash): readonly Variant[] {
  if (!Array.isArray(list)) throw new Error(`${flag}._variants must be a list`)
  const known = compiled.get(list)?.get(flag)
  if (known?.split === split) return known.variants
  const names = new Set<string>()
  const variants = list.map((variant, at) => {
    const place = `${flag}._variants.${at}`
    const made = compileVariant(flag, place, variant, at === list.length - 1, split)
    if (names.has(made.name)) throw new Error(`${place}.name is there twice`)
    names.add(made.name)
    return made
  })
  const byFlag = compiled.get(list) ?? new Map()
  compiled.set(list, byFlag.set(flag, { split, variants }))
  return variants
}

function compileVariant(
  flag: string,
  place: string,
  variant: JsonValue,
  isLast: boolean,
  split: SplitHash,
): Variant {
  if (!isPlainObject(variant)) throw new Error(`${place} must be an object`)
  const { name, enabled, rule, attributeValues = {} } = variant
  if (typeof name !== 'string' || name === '') throw new Error(`${place}.name must be a text`)
  if (typeof enabled !== 'boolean') throw new Error(`${place}.enabled must be true or false`)
  if (!isPlainObject(attributeValues)) throw new Error(`${place}.attributeValues must be an object`)
  // An empty rule is none: AppConfig takes it of a default.
  if (isLast && rule !== undefined && rule !== '')
    throw new Error(`${place}.rule: the last variant is the default and has no rule`)
  if (!isLast && typeof rule !== 'string')
    throw new Error(`${place}.rule must be a text: only the last variant has none`)
  const served = Object.freeze(
    enabled ? { ...attributeValues, _variant: name, enabled } : { _variant: name, enabled },
  )
  return { name, served, rule: isLast ? undefined : compileAt(place, rule as string, flag, split) }
}

function compileAt(place: string, rule: string, flag: string, split: SplitHash): CompiledRule {
  try {
    return compileRule(rule, { flag, split })
  } catch (error) {
    throw new Error(`${place}.rule: ${error instanceof Error ? error.message : 'unreadable'}`)
  }
}
