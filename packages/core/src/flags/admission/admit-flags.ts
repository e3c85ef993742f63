/**
 * What AppConfig asks of a feature-flag document before it is a version, and what it makes of it.
 *
 * Members it does not know are dropped from the root, definitions and variants; in the value of a
 * flag they are attributes, and refused. `enabled` becomes a boolean.
 *
 * Where AppConfig's ways are not known, the stricter: nothing but `enabled` may be `null`; beside
 * `_variants` stand timestamps only; a bad timestamp is refused, which AWS answers with a 500;
 * required attributes are asked of every variant; a flag's name and an attribute's constraints must
 * be there. The names of constraints on lengths and JSON types are ours, and so is how
 * `Satisfies` and the `Value` of missing attributes are written.
 *
 * Source: the AppConfig type reference of feature flags, and refusals that were observed.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue, ownValue } from '../../json.ts'
import { finish, type Steps } from '../../turns.ts'
import { admitAttributes, checkValues } from './attributes.ts'
import { detail, type FlagFault, FlagFaults, firstMembers, isText, pick } from './faults.ts'
import { admitEnabled, admitVariantsInSteps, hasVariants } from './variants.ts'

/** Either why a document is refused, or what is taken of it: definitions and values by key. */
export type FlagAdmission =
  | { readonly faults: readonly FlagFault[]; readonly flags?: undefined; readonly values?: undefined }
  | { readonly faults?: undefined; readonly flags: JsonObject; readonly values: JsonObject }

const NAME = /^[^\n]{1,64}$/
const MOST_DESCRIPTION = 1024
const STAMPS = ['_createdAt', '_updatedAt']
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/**
 * Validates an authored feature flag document as AppConfig does before it becomes a version.
 *
 * Source: the AppConfig user guide, type reference of feature flags, and AWS's answers as observed.
 *
 * @returns the flags and their values, or all that is wrong with them. Never throws.
 */
export function admitFlags(document: JsonValue): FlagAdmission {
  return finish(admitFlagsInSteps(document))
}

/** The same in steps. */
export function* admitFlagsInSteps(document: JsonValue): Steps<FlagAdmission> {
  const faults = new FlagFaults()
  const root = faults.object('', document)
  if (isPlainObject(document)) checkVersion(faults, root['version'])
  const flags = yield* mapEntries(faults, 'flags', root['flags'], admitDefinition)
  const values = yield* mapEntries(faults, 'values', root['values'], (_, at, key, value) =>
    admitValue(faults, at, key, value, ownValue(flags, key)),
  )
  return faults.all.length > 0 ? { faults: faults.all } : { flags, values }
}

function checkVersion(faults: FlagFaults, version: JsonValue | undefined): void {
  if (version === undefined) faults.add('version', 'is missing', 'Required', '')
  else if (version !== '1') faults.add('version', 'must be the text "1"', 'OneOf(1)', version)
}

type Admit = (faults: FlagFaults, at: string, key: string, value: JsonObject) => Steps<JsonObject>

function* mapEntries(
  faults: FlagFaults,
  at: string,
  value: JsonValue | undefined,
  admit: Admit,
): Steps<JsonObject> {
  const object = faults.object(at, value)
  // Without a prototype no key can be one.
  const admitted: Record<string, JsonValue> = Object.create(null)
  for (const key of Object.keys(object)) {
    const place = `${at}.${key}`
    faults.key(place, key)
    admitted[key] = yield* admit(faults, place, key, faults.object(place, object[key]))
    yield
  }
  return admitted
}

function* admitDefinition(
  faults: FlagFaults,
  at: string,
  _: string,
  definition: JsonObject,
): Steps<JsonObject> {
  const { name, description, _deprecation, attributes } = definition
  if (name === undefined) faults.add(`${at}.name`, 'is missing', 'Required', '')
  else if (faults.has('string', isText, `${at}.name`, name) && !NAME.test(name))
    faults.add(`${at}.name`, 'must be one line of 1 to 64 characters', `Regexp(${NAME.source})`, name)
  faults.text(`${at}.description`, description, MOST_DESCRIPTION)
  checkStamps(faults, at, definition)
  const { status, date } = faults.object(`${at}._deprecation`, _deprecation)
  if (_deprecation !== undefined && status !== 'planned')
    faults.add(`${at}._deprecation.status`, 'must be the text "planned"', 'OneOf(planned)', status)
  faults.text(`${at}._deprecation.date`, date, MOST_DESCRIPTION)
  const place = `${at}.attributes`
  const admitted = yield* admitAttributes(faults, place, faults.object(place, attributes))
  return {
    ...pick(definition, ['name', 'description', ...STAMPS]),
    ...(isPlainObject(_deprecation) && { _deprecation: pick(_deprecation, ['status', 'date']) }),
    ...(Object.keys(admitted).length > 0 && { attributes: admitted }),
  }
}

function* admitValue(
  faults: FlagFaults,
  at: string,
  flag: string,
  value: JsonObject,
  definition: JsonValue | undefined,
): Steps<JsonObject> {
  const { _variants, _createdAt, _updatedAt, enabled, ...attributes } = firstMembers(value)
  const stamps = pick(value, STAMPS)
  checkStamps(faults, at, value)
  const defined = isPlainObject(definition) ? ((definition['attributes'] ?? {}) as JsonObject) : undefined
  const place = `${at}._variants`
  if (!hasVariants(faults, place, _variants)) {
    yield* checkValues(faults, at, attributes, defined)
    return { ...stamps, ...attributes, enabled: admitEnabled(faults, `${at}.enabled`, enabled) }
  }
  if (enabled !== undefined || Object.keys(attributes).length > 0)
    faults.note(at, 'must not hold enabled or attributes beside _variants', () => [
      detail('StrictVariants', place, value),
    ])
  const variants = yield* admitVariantsInSteps(faults, { flag, at: place }, _variants, (variant, values) =>
    checkValues(faults, variant, values, defined),
  )
  return { ...stamps, _variants: variants }
}

function checkStamps(faults: FlagFaults, at: string, members: JsonObject): void {
  for (const name of STAMPS) {
    const stamp = ownValue(members, name)
    if (stamp === undefined) continue
    if (isText(stamp) && TIMESTAMP.test(stamp) && !Number.isNaN(Date.parse(stamp))) continue
    const place = `${at}.${name}`
    faults.note(place, 'must be a timestamp such as 2024-01-31T12:00:00Z', () => [
      { Constraint: 'Timestamp', Location: place, Type: 'Invalid', Value: String(stamp) },
    ])
  }
}
