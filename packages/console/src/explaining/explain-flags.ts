/**
 * The flags of a configuration: whether each is on, its variant, and why that one.
 *
 * @module
 */
import type { Inspection, JsonValue } from '@appconfig-kit/core'
import { isPlainObject, type JsonObject } from '@appconfig-kit/core/documents'
import { explainVariants, type Judgement, type RuleContext, RuleError } from '@appconfig-kit/core/rules'
import type { ShownFlag, ShownRule, ShownVariant } from '../wire.ts'
import type { Origins } from './origins.ts'

interface Told {
  readonly facts: RuleContext
  /** Whether rules may be told: they hold values. */
  readonly values: boolean
  readonly origins: Origins
}

/** The flags among the first keys: what `isEnabled` takes for one. */
export function explainFlags(
  config: JsonValue | undefined,
  { config: written }: Inspection,
  told: Told,
): readonly ShownFlag[] {
  if (!isPlainObject(config)) return []
  return Object.entries(config).flatMap(([key, value]) => {
    const isOn = isPlainObject(value) ? value['enabled'] : value
    if (typeof isOn !== 'boolean') return []
    const variant = isPlainObject(value) ? value['_variant'] : undefined
    const list = variantsOf(isPlainObject(written) ? written[key] : undefined)
    return [
      {
        key,
        enabled: isOn,
        variant: typeof variant === 'string' ? variant : undefined,
        ...told.origins.of(key),
        ...explained(key, typeof variant === 'string' ? variant : undefined, list, told),
      },
    ]
  })
}

function variantsOf(flag: JsonValue | undefined): readonly JsonObject[] | undefined {
  const list = isPlainObject(flag) && Object.hasOwn(flag, '_variants') ? flag['_variants'] : undefined
  return Array.isArray(list) ? (list as readonly JsonObject[]) : undefined
}

function explained(
  flag: string,
  chosen: string | undefined,
  list: readonly JsonObject[] | undefined,
  { facts, values }: Told,
): Pick<ShownFlag, 'variants' | 'note'> {
  if (list === undefined)
    return {
      variants: [],
      note: chosen === undefined ? undefined : 'Its rules are not known here: the source keeps them.',
    }
  if (chosen === undefined)
    return { variants: [], note: 'It has variants, and a layer above switches it off.' }
  try {
    const variants = explainVariants(list, chosen, flag, facts)
    return {
      variants: variants.map(({ name, chosen: isChosen, reason, rule }): ShownVariant => {
        return { name, chosen: isChosen, reason, rule: values && rule ? shownRule(rule) : undefined }
      }),
      note: undefined,
    }
  } catch (error) {
    if (error instanceof RuleError) return { variants: [], note: 'A rule of it cannot be read.' }
    throw error
  }
}

function shownRule({ text, truth, because, parts }: Judgement): ShownRule {
  return { text, truth: truth ?? null, because, parts: parts.map(shownRule) }
}
