/**
 * Documents in the form in which they are compared: without what AppConfig adds to them, and with rules that say the
 * same as the same text.
 *
 * @module
 */
import { parseIon, printRule, RuleError } from '@appconfig-kit/core/rules'
import { isPlainObject, type JsonObject, type JsonValue } from '../documents/json.ts'
import { isAuthored } from '../documents/read-document.ts'

/** AppConfig writes them into definitions and values of flags; `_deprecation` is the author's. */
const INJECTED: readonly string[] = ['_createdAt', '_updatedAt']

/** The document in that form. */
export function comparable(document: JsonValue): JsonValue {
  if (!isPlainObject(document)) return document
  if (!isAuthored(document)) return mapped(document, withPlainRules)
  return mapped(document, (part, key) => {
    if (!isPlainObject(part) || (key !== 'flags' && key !== 'values')) return part
    return mapped(part, (flag) => withPlainRules(withoutInjected(flag)))
  })
}

function withoutInjected(flag: JsonValue): JsonValue {
  if (!isPlainObject(flag)) return flag
  return Object.fromEntries(Object.entries(flag).filter(([key]) => !INJECTED.includes(key)))
}

function withPlainRules(flag: JsonValue): JsonValue {
  if (!isPlainObject(flag)) return flag
  const variants = flag['_variants']
  if (!Array.isArray(variants)) return flag
  return { ...flag, _variants: variants.map(withPlainRule) }
}

function withPlainRule(variant: JsonValue): JsonValue {
  if (!isPlainObject(variant) || typeof variant['rule'] !== 'string') return variant
  return { ...variant, rule: plainRule(variant['rule']) }
}

/** One line, single spaces, no comments. A rule of a flag that is switched off may be no rule. */
function plainRule(rule: string): string {
  try {
    return printRule(parseIon(rule))
  } catch (error) {
    if (error instanceof RuleError) return rule
    throw error
  }
}

function mapped(object: JsonObject, change: (value: JsonValue, key: string) => JsonValue): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]))
}
