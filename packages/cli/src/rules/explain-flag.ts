/**
 * Explaining which variant of a flag a context gets.
 *
 * The evaluator chooses, so the explanation can't differ from what requests get.
 *
 * @module
 */
import { evaluateFlags, type RuleContext } from '@appconfig-kit/core'
import { type ExplainedVariant, explainVariants } from '@appconfig-kit/core/rules'
import { isPlainObject, type JsonObject, type JsonValue, objectAt } from '../documents/json.ts'
import { isAuthored } from '../documents/read-document.ts'
import { CliError } from '../failure.ts'

/** An explanation, as `--json` prints it. */
export interface Explanation {
  readonly flag: string
  readonly enabled: boolean
  readonly variant?: string
  /** As requests see it. */
  readonly value: JsonValue
  readonly variants: readonly ExplainedVariant[]
}

/** @throws {CliError} `usage` for an unknown flag, or a key that is no flag. */
export function explainFlag(
  flag: string,
  document: JsonValue,
  file: string,
  context: RuleContext,
): Explanation {
  const values = isAuthored(document) ? objectAt(document, 'values') : document
  if (!isPlainObject(values) || !Object.hasOwn(values, flag)) {
    const known = isPlainObject(values) ? Object.keys(values) : []
    throw new CliError(
      'usage',
      `The file ${file} holds no ${flag}${known.length === 0 ? '.' : `, only ${known.join(', ')}.`}`,
    )
  }
  const value = evaluateFlags(document, context)[flag] ?? null
  const written = values[flag]
  const enabled = isPlainObject(value) ? value['enabled'] === true : value === true
  if (typeof value !== 'boolean' && !(isPlainObject(value) && typeof value['enabled'] === 'boolean'))
    throw new CliError('usage', `${flag} in ${file} is no flag: no boolean, and no object with enabled.`)
  const variant = isPlainObject(value) ? value['_variant'] : undefined
  const list =
    isPlainObject(written) && Array.isArray(written['_variants'])
      ? (written['_variants'] as readonly JsonObject[])
      : []
  if (typeof variant !== 'string') return { flag, enabled, value, variants: [] }
  return { flag, enabled, variant, value, variants: explainVariants(list, variant, flag, context) }
}
