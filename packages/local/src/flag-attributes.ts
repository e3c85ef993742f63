/**
 * Attributes of feature flags: their constraints, and the values these allow.
 *
 * A pattern is RE2's, unanchored, and takes linear time: it is run by core's `matches`. A text too
 * long for that within its bound is refused. Of a value that no definition describes only the JSON
 * types are checked: AppConfig accepts values without definition, and does not say more.
 *
 * @module
 */
import { type CompiledRule, compileRule, sha256Split } from '@appconfig-kit/core'
import { type FlagDetails, isBoolean, isList, isText, own, pick } from './flag-details.ts'
import { isObject, type Members } from './members.ts'

const MOST_ATTRIBUTES = 25
const MOST_ENUM = 100
const MOST_TEXT = 1024
const TYPES = ['number', 'string', 'array', 'boolean']
const ELEMENT_TYPES = ['number', 'string']

/** The attributes of a definition, of their known members only. `at` is where they stand. */
export function admitAttributes(details: FlagDetails, at: string, attributes: Members): Members {
  mostAttributes(details, at, attributes)
  const admitted = Object.entries(attributes).map(([key, value]): [string, Members] => {
    const place = `${at}.${key}`
    details.key(place, key)
    if (key === 'enabled') details.add('Not(OneOf(enabled))', place, key)
    const { description, constraints } = details.object(place, value)
    details.text(`${place}.description`, description, MOST_TEXT)
    if (constraints === undefined) details.add('Required', `${place}.constraints`, undefined)
    const known = admitConstraints(details, `${place}.constraints`, constraints, TYPES)
    return [key, { ...(description === undefined ? {} : { description }), constraints: known }]
  })
  return Object.fromEntries(admitted)
}

function admitConstraints(
  details: FlagDetails,
  at: string,
  value: unknown,
  types: readonly string[],
): Members {
  if (value === undefined) return {}
  const constraints = details.object(at, value)
  const { type, required } = constraints
  if (type === undefined) details.add('Required', `${at}.type`, undefined)
  else if (!isText(type) || !types.includes(type))
    details.add(`OneOf(${types.join(', ')})`, `${at}.type`, type)
  if (required !== undefined) details.has('boolean', isBoolean, `${at}.required`, required)
  const common = pick(constraints, ['type', 'required'])
  switch (type) {
    case 'number':
      for (const bound of ['minimum', 'maximum']) {
        const limit = own(constraints, bound)
        if (limit !== undefined) details.has('integer', isInteger, `${at}.${bound}`, limit)
      }
      return { ...common, ...pick(constraints, ['minimum', 'maximum']) }
    case 'string':
      checkTextConstraints(details, at, constraints)
      return { ...common, ...pick(constraints, ['pattern', 'enum']) }
    case 'array': {
      const { elements } = constraints
      if (elements === undefined) details.add('Required', `${at}.elements`, undefined)
      return { ...common, elements: admitConstraints(details, `${at}.elements`, elements, ELEMENT_TYPES) }
    }
  }
  return common
}

function checkTextConstraints(details: FlagDetails, at: string, constraints: Members): void {
  const { pattern, enum: choices } = constraints
  if (pattern !== undefined && choices !== undefined) details.add('OneOf(pattern, enum)', at, constraints)
  if (details.text(`${at}.pattern`, pattern, MOST_TEXT) && pattern !== undefined && !compilePattern(pattern))
    details.add('RegexpIsValid', `${at}.pattern`, pattern)
  if (choices === undefined || !details.has('array', isList, `${at}.enum`, choices)) return
  if (choices.length > MOST_ENUM) details.add(`LengthLTE(${MOST_ENUM})`, `${at}.enum`, choices)
  choices.forEach((choice, index) => {
    details.has('string', isText, `${at}.enum.${index}`, choice)
  })
}

/**
 * Checks the attributes of a value or a variant against those of the flag's definition.
 *
 * @param defined is `undefined` where the flag has no definition.
 */
export function checkValues(
  details: FlagDetails,
  at: string,
  values: Members,
  defined: Members | undefined,
): void {
  mostAttributes(details, at, values)
  for (const [key, value] of Object.entries(values)) {
    const place = `${at}.${key}`
    details.key(place, key)
    const definition = defined && own(defined, key)
    if (isObject(definition) && isObject(definition['constraints']))
      checkValue(details, place, value, definition['constraints'], 'AttributeType')
    else if (defined) {
      const known = Object.keys(defined).sort().join(' ')
      details.add(`Satisfies(map[${known}])`, place, { Key: key, Value: value })
    } else checkUndefined(details, place, value)
  }
  const missing = Object.entries(defined ?? {}).filter(([key, definition]) => {
    const constraints = isObject(definition) ? definition['constraints'] : undefined
    return isObject(constraints) && constraints['required'] === true && !Object.hasOwn(values, key)
  })
  // Two details, as AppConfig gives them; their values show the definition as it was written.
  if (missing.length > 0) details.add('Not(IsZero([]))', `${at}.attributes`, defined)
  for (const [key, definition] of missing)
    details.add('Entries', `${at}.attributes.${key}`, { Key: key, Value: definition })
}

function checkValue(
  details: FlagDetails,
  at: string,
  value: unknown,
  constraints: Members,
  typeConstraint: string,
): void {
  const { type, minimum, maximum, pattern, enum: choices, elements } = constraints
  const isOfType = type === 'array' ? isList(value) : typeof value === type
  if (!isOfType) details.add(`${typeConstraint}(${String(type)})`, at, value)
  else if (typeof value === 'number') {
    if (typeof minimum === 'number' && value < minimum) details.add(`FloatGTE(${minimum})`, at, value)
    if (typeof maximum === 'number' && value > maximum) details.add(`FloatLTE(${maximum})`, at, value)
  } else if (isText(value)) {
    if (isList(choices) && !choices.includes(value)) details.add(`OneOf(${choices.join(', ')})`, at, value)
    if (isText(pattern) && compilePattern(pattern)?.({ value }) === false)
      details.add(`Regexp(${pattern})`, at, value)
    details.text(at, value, MOST_TEXT)
  } else if (isList(value) && isObject(elements)) {
    value.forEach((element, index) => {
      checkValue(details, `${at}.${index}`, element, elements, 'ElementType')
    })
  }
}

function checkUndefined(details: FlagDetails, at: string, value: unknown): void {
  if (isList(value)) {
    const type = typeof value[0] === 'number' ? 'number' : 'string'
    checkValue(details, at, value, { type: 'array', elements: { type } }, 'AttributeType')
  } else if (isText(value)) details.text(at, value, MOST_TEXT)
  else if (typeof value !== 'number' && !isBoolean(value))
    details.add('AttributeType(string, number, boolean, array)', at, value)
}

/** A JSON string is an Ion string too. */
function compilePattern(pattern: string): CompiledRule | undefined {
  try {
    const rule = `(matches in::$value pattern::${JSON.stringify(pattern)})`
    return compileRule(rule, { flag: '', split: sha256Split })
  } catch {
    return undefined
  }
}

function mostAttributes(details: FlagDetails, at: string, attributes: Members): void {
  if (Object.keys(attributes).length > MOST_ATTRIBUTES)
    details.add(`LengthLTE(${MOST_ATTRIBUTES})`, at, Object.keys(attributes))
}

function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}
