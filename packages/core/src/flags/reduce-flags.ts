/**
 * Flags as AppConfig's data plane serves them to plain clients: of a flag with variants, the default only.
 *
 * Source: observed of AWS, which documents only that plain clients get no variants.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { chooseVariant, type VariantFlags } from './variants.ts'

/** The flags of which a document holds one variant out of several. */
export function reducedFlags(document: JsonValue | undefined): readonly string[] {
  return flagsWith('_variant', document)
}

/** Whether a document has such a flag. */
export function hasReducedFlags(document: JsonValue | undefined): boolean {
  return reducedFlags(document).length > 0
}

/** Whether a document has a flag with all its variants. */
export function hasVariantFlags(document: JsonValue | undefined): boolean {
  return flagsWith('_variants', document).length > 0
}

/**
 * The flags with the default of each that has variants.
 *
 * @param variants of these flags, compiled.
 */
export function reduceFlags(flags: JsonObject, variants: VariantFlags): JsonObject {
  const reduced: Record<string, JsonValue> = { ...flags }
  for (const [flag, choices] of variants) reduced[flag] = chooseVariant(choices.slice(-1), {})
  return reduced
}

function flagsWith(member: string, document: JsonValue | undefined): readonly string[] {
  if (!isPlainObject(document)) return []
  return Object.keys(document).filter((key) => {
    const flag = document[key]
    return isPlainObject(flag) && ownValue(flag, member) !== undefined
  })
}
