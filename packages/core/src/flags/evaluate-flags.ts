/**
 * The flags of a document, as one context is served them.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import type { RuleContext } from '../rules/facts.ts'
import { murmur3Split, type SplitHash } from '../rules/split.ts'
import { readFlags } from './authored-document.ts'
import { chooseVariant, compileVariantFlags } from './variants.ts'

/**
 * Chooses the variant of each flag of a document, authored or freeform.
 *
 * @throws {Error} for a document that is none, or rules that don't compile; names the place.
 */
export function evaluateFlags(
  document: JsonValue,
  context: RuleContext,
  split: SplitHash = murmur3Split,
): JsonObject {
  const flags = readFlags(document)
  if (!isPlainObject(flags)) throw new Error('a document of flags is an object')
  const variants = compileVariantFlags(flags, split)
  return Object.fromEntries(
    Object.entries(flags).map(([key, value]) => {
      const choices = variants.get(key)
      return [key, choices ? chooseVariant(choices, context) : value]
    }),
  )
}
