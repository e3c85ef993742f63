/**
 * Flags as AppConfig's data plane serves them to plain clients: of a flag with variants, the default only.
 *
 * Source: observed of AWS, which documents only that plain clients get no variants.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../json.ts'
import { chooseVariant, type VariantFlags } from './variants.ts'

/** Whether a document has a flag of which it holds one variant out of several. */
export function hasReducedFlags(document: JsonValue | undefined): boolean {
  return hasFlagWith('_variant', document)
}

/** Whether a document has a flag with all its variants. */
export function hasVariantFlags(document: JsonValue | undefined): boolean {
  return hasFlagWith('_variants', document)
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

function hasFlagWith(member: string, document: JsonValue | undefined): boolean {
  return (
    isPlainObject(document) &&
    Object.values(document).some((flag) => isPlainObject(flag) && ownValue(flag, member) !== undefined)
  )
}
