/**
 * Attributes of feature flags: their constraints, and the values these allow.
 *
 * A pattern is RE2's, unanchored, and takes linear time: it is run as a rule's `matches`. A text too
 * long for that within its bound is refused. Of a value that no definition describes only the JSON
 * types are checked: AppConfig accepts values without definition, and does not say more.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../../json.ts'
import type { Steps } from '../../turns.ts'
import { detail, type FlagFaults, firstMembers, isBoolean, isList, isText, pick } from './faults.ts'
import { checkPattern, isFoundIn } from './patterns.ts'

const MOST_ATTRIBUTES = 25
const MOST_ENUM = 100
const MOST_TEXT = 1024
const TYPES = ['number', 'string', 'array', 'boolean']
const ELEMENTS_PER_STEP = 100
const ELEMENT_TYPES = ['number', 'string']
const NAMES: Readonly<Record<string, string>> = {
  number: 'a number',
  string: 'a text',
  array: 'a list',
  boolean: 'true or false',
}

/** The attributes of a definition, of their known members only. `at` is where they stand. */
export function* admitAttributes(faults: FlagFaults, at: string, written: JsonObject): Steps<JsonObject> {
  const attributes = firstMembers(written)
  mostAttributes(faults, at, attributes)
  // Without a prototype no key can be one.
  const admitted: Record<string, JsonValue> = Object.create(null)
  for (const key of Object.keys(attributes)) {
    const place = `${at}.${key}`
    faults.key(place, key)
    if (key === 'enabled') faults.add(place, 'must have another key', 'Not(OneOf(enabled))', key)
    const { description, constraints } = faults.object(place, attributes[key])
    faults.text(`${place}.description`, description, MOST_TEXT)
    if (constraints === undefined) required(faults, `${place}.constraints`)
    const known = admitConstraints(faults, `${place}.constraints`, constraints, TYPES)
    admitted[key] = { ...(description === undefined ? {} : { description }), constraints: known }
    yield
  }
  return admitted
}

function admitConstraints(
  faults: FlagFaults,
  at: string,
  value: JsonValue | undefined,
  types: readonly string[],
): JsonObject {
  if (value === undefined) return {}
  const constraints = faults.object(at, value)
  const { type, required: isRequired } = constraints
  if (type === undefined) required(faults, `${at}.type`)
  else if (!isText(type) || !types.includes(type))
    faults.add(`${at}.type`, `must be one of ${types.join(', ')}`, `OneOf(${types.join(', ')})`, type)
  if (isRequired !== undefined) faults.has('boolean', isBoolean, `${at}.required`, isRequired)
  const common = pick(constraints, ['type', 'required'])
  switch (type) {
    case 'number':
      for (const bound of ['minimum', 'maximum']) {
        const limit = ownValue(constraints, bound)
        if (limit !== undefined) faults.has('integer', isInteger, `${at}.${bound}`, limit)
      }
      return { ...common, ...pick(constraints, ['minimum', 'maximum']) }
    case 'string':
      checkTextConstraints(faults, at, constraints)
      return { ...common, ...pick(constraints, ['pattern', 'enum']) }
    case 'array': {
      const { elements } = constraints
      if (elements === undefined) required(faults, `${at}.elements`)
      return { ...common, elements: admitConstraints(faults, `${at}.elements`, elements, ELEMENT_TYPES) }
    }
  }
  return common
}

function checkTextConstraints(faults: FlagFaults, at: string, constraints: JsonObject): void {
  const { pattern, enum: choices } = constraints
  if (pattern !== undefined && choices !== undefined)
    faults.add(at, 'must not hold pattern and enum, only one of them', 'OneOf(pattern, enum)', constraints)
  const place = `${at}.pattern`
  if (faults.text(place, pattern, MOST_TEXT) && pattern !== undefined) checkPattern(faults, place, pattern)
  if (choices === undefined || !faults.has('array', isList, `${at}.enum`, choices)) return
  if (choices.length > MOST_ENUM)
    faults.add(`${at}.enum`, `has more than ${MOST_ENUM} texts`, `LengthLTE(${MOST_ENUM})`, choices)
  choices.forEach((choice, index) => {
    faults.has('string', isText, `${at}.enum.${index}`, choice)
  })
}

/**
 * Checks the attributes of a value or a variant against those of the flag's definition.
 *
 * @param defined is `undefined` where the flag has no definition.
 */
export function* checkValues(
  faults: FlagFaults,
  at: string,
  written: JsonObject,
  defined: JsonObject | undefined,
): Steps<void> {
  const values = firstMembers(written)
  mostAttributes(faults, at, values)
  for (const key of Object.keys(values)) {
    const value = values[key] as JsonValue
    yield
    const place = `${at}.${key}`
    faults.key(place, key)
    const definition = defined && ownValue(defined, key)
    if (isPlainObject(definition) && isPlainObject(definition['constraints']))
      yield* checkAttribute(faults, place, value, definition['constraints'])
    else if (defined) {
      const constraint = () => `Satisfies(map[${Object.keys(defined).sort().join(' ')}])`
      faults.add(place, 'has no definition', constraint, { Key: key, Value: value })
    } else yield* checkUndefined(faults, place, value)
  }
  checkRequired(faults, at, values, defined ?? {})
}

/** Two details, as AppConfig gives them; their values show the definition as it was written. */
function checkRequired(faults: FlagFaults, at: string, values: JsonObject, defined: JsonObject): void {
  const missing = Object.entries(defined).filter(([key, definition]) => {
    const constraints = isPlainObject(definition) ? definition['constraints'] : undefined
    return isPlainObject(constraints) && constraints['required'] === true && !Object.hasOwn(values, key)
  })
  for (const [index, [key, definition]] of missing.entries()) {
    faults.note(`${at}.${key}`, 'is required', () => [
      ...(index === 0 ? [detail('Not(IsZero([]))', `${at}.attributes`, defined)] : []),
      detail('Entries', `${at}.attributes.${key}`, { Key: key, Value: definition }),
    ])
  }
}

function checkValue(
  faults: FlagFaults,
  at: string,
  value: JsonValue,
  constraints: JsonObject,
  typeConstraint: string,
): void {
  const { type, minimum, maximum, pattern, enum: choices } = constraints
  const isOfType = type === 'array' ? isList(value) : typeof value === type
  const definition = 'its definition'
  if (!isOfType) {
    const name = isText(type) ? NAMES[type] : undefined
    const text = `must be ${name ?? `of the type of ${definition}`}`
    faults.add(at, text, `${typeConstraint}(${String(type)})`, value)
  } else if (typeof value === 'number') {
    if (typeof minimum === 'number' && value < minimum)
      faults.add(at, `is less than the minimum of ${definition}`, `FloatGTE(${minimum})`, value)
    if (typeof maximum === 'number' && value > maximum)
      faults.add(at, `is more than the maximum of ${definition}`, `FloatLTE(${maximum})`, value)
  } else if (isText(value)) {
    if (isList(choices) && !choices.includes(value))
      faults.add(at, `is not among the texts of ${definition}`, () => `OneOf(${choices.join(', ')})`, value)
    if (isText(pattern) && isFoundIn(faults, pattern, value) === false)
      faults.add(at, `does not match the pattern of ${definition}`, `Regexp(${pattern})`, value)
    faults.text(at, value, MOST_TEXT)
  }
}

/** A value of a defined attribute; of a list its elements, too. */
function* checkAttribute(
  faults: FlagFaults,
  at: string,
  value: JsonValue,
  constraints: JsonObject,
): Steps<void> {
  checkValue(faults, at, value, constraints, 'AttributeType')
  const { type, elements } = constraints
  if (type !== 'array' || !isList(value) || !isPlainObject(elements)) return
  for (const [index, element] of value.entries()) {
    checkValue(faults, `${at}.${index}`, element, elements, 'ElementType')
    if (index % ELEMENTS_PER_STEP === 0) yield
  }
}

function* checkUndefined(faults: FlagFaults, at: string, value: JsonValue): Steps<void> {
  if (isList(value)) {
    const type = typeof value[0] === 'number' ? 'number' : 'string'
    yield* checkAttribute(faults, at, value, { type: 'array', elements: { type } })
  } else if (isText(value)) faults.text(at, value, MOST_TEXT)
  else if (typeof value !== 'number' && !isBoolean(value)) {
    const text = 'must be a text, a number, true or false, or a list'
    faults.add(at, text, 'AttributeType(string, number, boolean, array)', value)
  }
}

function mostAttributes(faults: FlagFaults, at: string, attributes: JsonObject): void {
  const keys = Object.keys(attributes)
  if (keys.length > MOST_ATTRIBUTES)
    faults.add(at, `has more than ${MOST_ATTRIBUTES} attributes`, `LengthLTE(${MOST_ATTRIBUTES})`, keys)
}

function required(faults: FlagFaults, place: string): void {
  faults.add(place, 'is missing', 'Required', undefined)
}

function isInteger(value: JsonValue | undefined): value is number {
  return Number.isInteger(value)
}
