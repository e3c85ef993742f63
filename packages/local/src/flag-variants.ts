/**
 * The variants of a flag: names, rules, and which of them may have one.
 *
 * `Reason` of a rule is AppConfig's where that was observed (`NotAnExpression`, `UnknownSymbol`,
 * `TooFewOperands`), else what core says of the rule. How many variants there may be is not
 * checked: the documents say 32, and 33 were accepted.
 *
 * @module
 */
import { compileRule, RuleError, sha256Split } from '@appconfig-kit/core'
import { checkValues } from './flag-attributes.ts'
import { type FlagDetails, isList, isText, pick } from './flag-details.ts'
import { isObject, type Members } from './members.ts'

const MOST_RULE = 16_384

/** `true` and the like, as Go's ParseBool takes them. */
const PARSED: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])

/** Whether it is enabled: absent and `null` are off, texts that mean a boolean are one. */
export function admitEnabled(details: FlagDetails, at: string, value: unknown): boolean {
  if (value === undefined || value === null) return false
  if (isText(value) && Object.hasOwn(PARSED, value)) return PARSED[value] === true
  return details.has('boolean', (each) => typeof each === 'boolean', at, value) && value
}

/** @param defined the attributes of the flag's definition, if it has one. */
export function admitVariants(
  details: FlagDetails,
  flag: string,
  variants: readonly unknown[],
  defined: Members | undefined,
): Members[] {
  const at = `values.${flag}._variants`
  const admitted = variants.map((value, index) => {
    const isLast = index === variants.length - 1
    return admitVariant(details, { flag, at, index, isLast }, value, defined)
  })
  const names = admitted.map(({ name }) => name)
  if (new Set(names).size < names.length)
    details.add('UniqueVariantNames', `${at}.variants.variants`, variants)
  return admitted
}

interface Place {
  readonly flag: string
  readonly at: string
  readonly index: number
  readonly isLast: boolean
}

/** Stricter than for a basic flag: the documents call `enabled` of a variant required. */
function admitVariant(
  details: FlagDetails,
  place: Place,
  value: unknown,
  defined: Members | undefined,
): Members {
  const at = `${place.at}.${place.index}`
  if (!details.has('object', isObject, at, value)) return { name: at }
  const { name, enabled, rule, attributeValues } = value
  if (name === undefined || name === '') details.add('Required', `${at}.name`, undefined)
  else details.has('string', isText, `${at}.name`, name)
  if (enabled === undefined) details.add('Required', `${at}.enabled`, undefined)
  checkRule(details, place, isText(name) && name !== '' ? name : String(place.index), rule)
  checkValues(details, at, details.object(`${at}.attributeValues`, attributeValues), defined)
  return {
    ...pick(value, ['name', 'attributeValues']),
    ...(rule === '' ? {} : pick(value, ['rule'])),
    enabled: admitEnabled(details, `${at}.enabled`, enabled),
  }
}

function checkRule(
  details: FlagDetails,
  { flag, at, index, isLast }: Place,
  name: string,
  rule: unknown,
): void {
  const byIndex = `${at}.${index}.rule`
  const byName = `${at}.variants.${name}.rule`
  if (!details.text(byIndex, rule, MOST_RULE)) return
  if (rule === undefined || rule === '') {
    if (!isLast) details.add('NonEmpty', byName, '')
    return
  }
  const reason = whyInvalid(flag, rule)
  // A rule is empty or valid: AppConfig says of a wrong one that it is neither.
  if (reason !== undefined) {
    details.add('Empty', byIndex, rule)
    details.add('RuleIsValid', byIndex, rule, reason)
  } else if (isLast) details.add('Empty', byName, rule)
}

function whyInvalid(flag: string, rule: string): string | undefined {
  try {
    compileRule(rule, { flag, split: sha256Split })
    return undefined
  } catch (error) {
    if (!(error instanceof RuleError)) throw error
    // What begins neither with a parenthesis nor with a comment.
    if (/^\s*[^\s(/]/.test(rule)) return 'NotAnExpression'
    return reasonOf(error.message.split('\n')[0] ?? '')
  }
}

function reasonOf(problem: string): string {
  if (/an expression in parentheses|a rule is an expression/.test(problem)) return 'NotAnExpression'
  if (/there is no operator|a context key begins with/.test(problem)) return 'UnknownSymbol'
  const [, wanted, here] = /^(\d+) operands are wanted, here are (\d+)/.exec(problem) ?? []
  // The last is what was observed of 2024-01, which is no timestamp without its T.
  const isTooFew = Number(here) < Number(wanted) || /takes two expressions|this is no number/.test(problem)
  return isTooFew ? 'TooFewOperands' : problem
}

/** Whether the value of a flag has variants at all: an empty list is none. */
export function hasVariants(
  details: FlagDetails,
  at: string,
  variants: unknown,
): variants is readonly unknown[] {
  return variants !== undefined && details.has('array', isList, at, variants) && variants.length > 0
}
