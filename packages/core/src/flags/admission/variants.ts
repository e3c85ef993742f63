/**
 * The variants of a flag: names, rules, and which of them may have one.
 *
 * `Reason` of a rule is AppConfig's where that was observed (`NotAnExpression`, `UnknownSymbol`,
 * `TooFewOperands`), else what the compiler says of the rule. How many variants there may be is not
 * checked: the documents say 32, and 33 were accepted.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../../json.ts'
import type { RuleError, RuleErrorCode } from '../../rules/rule-error.ts'
import { murmur3Split } from '../../rules/split.ts'
import { finish, type Steps } from '../../turns.ts'
import { compiledRule } from '../variant-rules.ts'
import { detail, type FlagFaults, isBoolean, isList, isText, pick } from './faults.ts'

const MOST_RULE = 16_384

/** `true` and the like, as Go's ParseBool takes them. */
const PARSED: Readonly<Record<string, boolean>> = Object.fromEntries([
  ...['1', 't', 'T', 'true', 'TRUE', 'True'].map((text) => [text, true] as const),
  ...['0', 'f', 'F', 'false', 'FALSE', 'False'].map((text) => [text, false] as const),
])

/** Whether it is enabled: absent and `null` are off, texts that mean a boolean are one. */
export function admitEnabled(faults: FlagFaults, place: string, value: JsonValue | undefined): boolean {
  if (value === undefined || value === null) return false
  if (isText(value) && Object.hasOwn(PARSED, value)) return PARSED[value] === true
  return faults.has('boolean', isBoolean, place, value) && value
}

/** A variant as it may be served. */
export interface AdmittedVariant extends JsonObject {
  readonly name: string
  readonly enabled: boolean
}

/** The flag of a list of variants, and where the list is. */
export interface VariantsPlace {
  /** The flag's key. */
  readonly flag: string
  /** Where the list stands. */
  readonly at: string
}

/** What checks the attributes of a variant. */
type CheckAttributes = (place: string, values: JsonObject) => Steps<void>

/** Admits the variants of a freeform document, which does not limit attributes. */
export function admitVariants(
  faults: FlagFaults,
  place: VariantsPlace,
  variants: readonly JsonValue[],
): AdmittedVariant[] {
  return finish(admitVariantsInSteps(faults, place, variants))
}

/** @param checkAttributes of a variant, which a freeform document does not limit. */
export function* admitVariantsInSteps(
  faults: FlagFaults,
  { flag, at }: VariantsPlace,
  variants: readonly JsonValue[],
  checkAttributes?: CheckAttributes,
): Steps<AdmittedVariant[]> {
  const names = new Set<string>()
  let isRepeated = false
  const all: AdmittedVariant[] = []
  for (const [index, value] of variants.entries()) {
    const isLast = index === variants.length - 1
    const admitted = yield* admitVariant(faults, { flag, at, index, isLast }, value, checkAttributes)
    if (names.has(admitted.name)) {
      const isFirst = !isRepeated
      faults.note(`${at}.${index}.name`, 'is there twice', () =>
        isFirst ? [detail('UniqueVariantNames', `${at}.variants.variants`, variants)] : [],
      )
      isRepeated = true
    }
    names.add(admitted.name)
    all.push(admitted)
    yield
  }
  return all
}

interface VariantPlace extends VariantsPlace {
  readonly index: number
  readonly isLast: boolean
}

/** Stricter than for a basic flag: the documents call `enabled` of a variant required. */
function* admitVariant(
  faults: FlagFaults,
  place: VariantPlace,
  value: JsonValue,
  checkAttributes: CheckAttributes | undefined,
): Steps<AdmittedVariant> {
  const at = `${place.at}.${place.index}`
  if (!faults.has('object', isPlainObject, at, value)) return { name: at, enabled: false }
  const { name, enabled, rule, attributeValues } = value
  if (name === undefined || name === '') faults.add(`${at}.name`, 'is missing', 'Required', undefined)
  else faults.has('string', isText, `${at}.name`, name)
  if (enabled === undefined) faults.add(`${at}.enabled`, 'is missing', 'Required', undefined)
  const known = isText(name) && name !== '' ? name : String(place.index)
  checkRule(faults, place, known, value)
  const values = faults.object(`${at}.attributeValues`, attributeValues)
  if (checkAttributes) yield* checkAttributes(`${at}.attributeValues`, values)
  return {
    ...pick(value, ['attributeValues']),
    ...(rule === '' ? {} : pick(value, ['rule'])),
    name: isText(name) && name !== '' ? name : at,
    enabled: admitEnabled(faults, `${at}.enabled`, enabled),
  }
}

function checkRule(
  faults: FlagFaults,
  { flag, at, index, isLast }: VariantPlace,
  name: string,
  variant: JsonObject,
): void {
  const { rule } = variant
  const place = `${at}.${index}.rule`
  const byName = `${at}.variants.${name}.rule`
  if (!faults.text(place, rule, MOST_RULE)) return
  if (rule === undefined || rule === '') {
    if (!isLast)
      faults.note(place, 'is missing: only the last variant has none', () => [detail('NonEmpty', byName, '')])
    return
  }
  // What is too much was told; whatever else is wrong can wait, for looking at it costs, too.
  if (faults.scope.isExceeded) return
  const { error } = compiledRule(variant, { flag, split: murmur3Split, scope: faults.scope })
  // A rule is empty or valid: AppConfig says of a wrong one that it is neither.
  if (error) {
    const details = () => [
      detail('Empty', place, rule),
      detail('RuleIsValid', place, rule, reasonOf(rule, error)),
    ]
    faults.note(place, textOf(error), details, 'RULE_INVALID')
  } else if (isLast)
    faults.note(place, 'must not be there: the last variant is the default', () => [
      detail('Empty', byName, rule),
    ])
}

const TEXTS: Readonly<Record<RuleErrorCode, string>> = {
  NOT_AN_EXPRESSION: 'must be made of expressions in parentheses',
  UNKNOWN_SYMBOL: 'holds a word that is neither an operator nor a context key',
  TOO_FEW_OPERANDS: 'has an operator with too few operands',
  TOO_COSTLY:
    'has a pattern too much: those of the document cost too much together. Use begins_with, ends_with, contains or in where they will do, and fewer repetitions',
  INVALID: 'is not a rule that can be read',
}

/** The compiler's own text quotes the rule. */
function textOf({ code, line, column }: RuleError): string {
  return `${TEXTS[code]}: see line ${line}, column ${column} of the rule`
}

const REASONS: Readonly<Partial<Record<RuleErrorCode, string>>> = {
  NOT_AN_EXPRESSION: 'NotAnExpression',
  UNKNOWN_SYMBOL: 'UnknownSymbol',
  TOO_FEW_OPERANDS: 'TooFewOperands',
}

function reasonOf(rule: string, { code, problem }: RuleError): string {
  // What begins neither with a parenthesis nor with a comment.
  if (/^\s*[^\s(/]/.test(rule)) return 'NotAnExpression'
  return REASONS[code] ?? problem
}

/** Whether the value of a flag has variants at all: an empty list is none. */
export function hasVariants(
  faults: FlagFaults,
  place: string,
  variants: JsonValue | undefined,
): variants is readonly JsonValue[] {
  return variants !== undefined && faults.has('array', isList, place, variants) && variants.length > 0
}
