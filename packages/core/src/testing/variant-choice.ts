/**
 * A variant of a flag, as a test chooses it.
 *
 * @module
 */
import { OptionsError, quoted } from '../errors.ts'
import { compileFlag } from '../flags/variants.ts'
import { isPlainObject, type JsonObject, ownValue } from '../json.ts'
import { didYouMean } from '../options/known-options.ts'
import { RuleScope } from '../rules/rule-scope.ts'
import { murmur3Split } from '../rules/split.ts'

/**
 * The flag as it is served in that variant.
 *
 * @param layers lowest first; the highest that lists variants of the flag says which there are.
 * @throws {OptionsError} `OPTIONS_INVALID` for a variant that is not listed.
 */
export function chosenVariant(flag: string, name: string, layers: readonly JsonObject[]): JsonObject {
  const listed = layers.map((layer) => ownValue(layer, flag)).findLast(hasVariants)
  const variants = compileFlag(flag, listed, murmur3Split, new RuleScope())
  if (variants === undefined) return { enabled: true, _variant: name }
  const chosen = variants.find((variant) => variant.name === name)
  if (chosen) return chosen.served
  const names = variants.map((variant) => variant.name)
  throw new OptionsError(
    'OPTIONS_INVALID',
    `setVariant(): the flag ${quoted(flag)} has no variant ${quoted(name)}. ${didYouMean(name, names)}`,
  )
}

function hasVariants(value: unknown): value is JsonObject {
  return isPlainObject(value) && Object.hasOwn(value, '_variants') && value['enabled'] !== false
}
