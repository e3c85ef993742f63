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
import { Facts, type RuleContext } from '../rules/facts.ts'
import { RuleScope } from '../rules/rule-scope.ts'
import type { SplitHash } from '../rules/split.ts'
import type { Test } from '../rules/truth.ts'
import { finish, Pace, type Steps } from '../turns.ts'
import { FlagFaults, isList } from './admission/faults.ts'
import { admitVariants } from './admission/variants.ts'
import { compiledRule } from './variant-rules.ts'

/** One variant of a flag, its rule compiled. */
export interface Variant {
  readonly name: string
  /** Without one it is the default. */
  readonly rule: Test | undefined
  /** Whether the rule chooses by a percentage. */
  readonly isSplit: boolean
  readonly served: JsonObject
}

/**
 * How a variant was chosen: by its `rule`, by one with a percentage (`split`), by `default` since no rule held, as
 * the `only` one; or none was, since a layer has switched the flag `off`.
 */
export type Choice = 'rule' | 'split' | 'default' | 'only' | 'off'

/** The variants of each flag of a configuration that has some; empty for most configurations. */
export type VariantFlags = ReadonlyMap<string, readonly Variant[]>

const OFF: JsonObject = Object.freeze({ enabled: false })

/** What a context gets. */
export function chooseVariant(variants: readonly Variant[], context: RuleContext): JsonObject {
  return servedAt(variants, indexOfChosen(variants, Facts.of(context)))
}

/** The place of what a request gets in the list; the list's length where nothing holds: the flag is off. */
export function indexOfChosen(variants: readonly Variant[], facts: Facts): number {
  for (let at = 0; at < variants.length; at++) {
    const { rule } = variants[at] as Variant
    if (rule === undefined || rule(facts) === true) return at
  }
  return variants.length
}

/** The flag as it is served if the variant at this place is chosen; off beyond the last place. */
export function servedAt(variants: readonly Variant[], at: number): JsonObject {
  return variants[at]?.served ?? OFF
}

/**
 * Compiles the rules of all top-level flags that have variants.
 *
 * @throws {Error} that names the place.
 */
export function compileVariantFlags(config: JsonValue, split: SplitHash): VariantFlags {
  return isPlainObject(config) ? finish(compileFlagsInSteps(config, Object.keys(config), split)) : new Map()
}

/** About as many pieces as a variant of a flag takes, its rule aside. */
const PIECES_OF_VARIANT = 5
/** Compiling a rule takes as long as copying so many keys for each of its characters. */
const PIECES_OF_CHARACTER = 0.1

/**
 * The same, of these keys, in steps.
 *
 * @throws {Error} that names the place.
 */
export function* compileFlagsInSteps(
  config: JsonObject,
  keys: readonly string[],
  split: SplitHash,
): Steps<VariantFlags> {
  const flags = new Map<string, readonly Variant[]>()
  const scope = new RuleScope()
  const pace = new Pace()
  for (const flag of keys) {
    const value = config[flag]
    const variants = compileFlag(flag, value, split, scope)
    if (variants) flags.set(flag, variants)
    // Of a flag that is switched off nobody has looked at the variants: they may be anything.
    const isCompiled = variants !== undefined && variants.length > 0
    if (pace.isDue(isCompiled ? piecesOf(value as JsonObject) : 1)) yield
  }
  return flags
}

function piecesOf({ _variants }: JsonObject): number {
  let pieces = 1
  for (const variant of _variants as readonly JsonObject[])
    pieces += PIECES_OF_VARIANT + String(variant['rule'] ?? '').length * PIECES_OF_CHARACTER
  return pieces
}

/**
 * The variants of one flag; undefined for a value without any.
 *
 * @throws {Error} that names the place.
 */
export function compileFlag(
  flag: string,
  value: JsonValue | undefined,
  split: SplitHash,
  scope: RuleScope,
): readonly Variant[] | undefined {
  if (!isPlainObject(value) || !Object.hasOwn(value, '_variants')) return undefined
  // `enabled: false` beside variants is a flag that a layer above has switched off.
  return value['enabled'] === false ? NO_VARIANTS : compileVariants(flag, value['_variants'], split, scope)
}

const NO_VARIANTS: readonly Variant[] = []

const compiled = new WeakMap<
  object,
  Map<string, { readonly split: SplitHash; readonly variants: readonly Variant[] }>
>()

/** Once per document: a merged configuration holds the very list of its document. */
function compileVariants(
  flag: string,
  list: JsonValue | undefined,
  split: SplitHash,
  scope: RuleScope,
): readonly Variant[] {
  if (!isList(list)) throw new Error(`${flag}._variants must be a list`)
  const known = compiled.get(list)?.get(flag)
  if (known?.split === split) return known.variants
  const faults = new FlagFaults(scope)
  const admitted = admitVariants(faults, { flag, at: `${flag}._variants` }, list)
  const [fault] = faults.all
  if (fault) throw new Error(`${fault.place} ${fault.text}`)
  const variants = admitted.map(({ name, enabled, attributeValues }, at): Variant => {
    const attributes = isPlainObject(attributeValues) ? attributeValues : {}
    const served = Object.freeze(
      enabled ? { ...attributes, _variant: name, enabled } : { _variant: name, enabled },
    )
    const isLast = at === list.length - 1
    const compiledOne = isLast ? undefined : compiledRule(list[at] as JsonObject, { flag, split, scope })
    return { name, served, rule: compiledOne?.rule, isSplit: compiledOne?.isSplit ?? false }
  })
  const byFlag = compiled.get(list) ?? new Map()
  compiled.set(list, byFlag.set(flag, { split, variants }))
  return variants
}
