/**
 * What AppConfig asks of a feature-flag document before it is a version, and what it makes of it.
 *
 * Members it does not know are dropped from the root, definitions and variants; in the value of a
 * flag they are attributes, and refused. `enabled` becomes a boolean. Both `_createdAt` are kept;
 * `_updatedAt` moves only with a real change, so the same flags again are the same text.
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
import { badRequest } from './errors.ts'
import { admitAttributes, checkValues } from './flag-attributes.ts'
import { type FlagDetail, FlagDetails, isText, own, pick } from './flag-details.ts'
import { admitEnabled, admitVariants, hasVariants } from './flag-variants.ts'
import { isObject, type Members } from './members.ts'

/** Either why a document is refused, or what is stored of it. */
export type FlagAdmission =
  | { readonly refused: readonly FlagDetail[] }
  | { readonly refused?: undefined; readonly admitted: Members }

const NAME = /^[^\n]{1,64}$/
const MOST_DESCRIPTION = 1024
const STAMPS = ['_createdAt', '_updatedAt']
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/

/**
 * @param before the document of the version before this one, which timestamps are taken from.
 * @param nowMs what new timestamps say.
 */
export function admitFlags(document: unknown, before: unknown, nowMs: number): FlagAdmission {
  const details = new FlagDetails()
  const root = details.object('', document ?? null)
  if (isObject(document)) checkVersion(details, root['version'])
  const known = isObject(before) ? before : {}
  const now = timestamp(nowMs)

  const definitions = mapEntries(details, 'flags', root['flags'], admitDefinition)
  const values = mapEntries(details, 'values', root['values'], (_, at, key, value) =>
    admitValue(details, at, key, value, own(definitions, key)),
  )
  if (details.all.length > 0) return { refused: details.all }
  const admitted = {
    version: '1',
    ...(Object.keys(definitions).length > 0 && { flags: stamped(definitions, known['flags'], now) }),
    ...(Object.keys(values).length > 0 && { values: stamped(values, known['values'], now) }),
  }
  return { admitted }
}

/**
 * The bytes that are stored of the content of a flags profile.
 *
 * @throws {AppConfigServiceError} `BadRequestException` with the details.
 */
export function admittedContent(
  content: Uint8Array,
  before: string | undefined,
  nowMs: number,
): Buffer<ArrayBuffer> {
  const previous = before === undefined ? undefined : parsed(Buffer.from(before, 'base64').toString())
  const text = Buffer.from(content).toString()
  const document = parsed(text)
  const admission: FlagAdmission =
    document === undefined
      ? { refused: [{ Constraint: 'Json', Location: '', Type: 'Invalid', Value: text.slice(0, 1024) }] }
      : admitFlags(document, previous, nowMs)
  if (admission.refused) {
    throw badRequest("Error invoking extension AppConfig Feature Flags Helper: Invalid 'Content' data", {
      Reason: 'InvalidConfiguration',
      Details: { InvalidConfiguration: admission.refused },
    })
  }
  return Buffer.from(serialised(admission.admitted))
}

function checkVersion(details: FlagDetails, version: unknown): void {
  if (version === undefined) details.add('Required', 'version', '')
  else if (version !== '1') details.add('OneOf(1)', 'version', version)
}

type Admit = (details: FlagDetails, at: string, key: string, value: Members) => Members

function mapEntries(details: FlagDetails, at: string, value: unknown, admit: Admit): Members {
  const entries = Object.entries(details.object(at, value)).map(([key, entry]): [string, Members] => {
    const place = `${at}.${key}`
    details.key(place, key)
    return [key, admit(details, place, key, details.object(place, entry))]
  })
  return Object.fromEntries(entries)
}

function admitDefinition(details: FlagDetails, at: string, _: string, definition: Members): Members {
  const { name, description, _deprecation, attributes } = definition
  if (name === undefined) details.add('Required', `${at}.name`, '')
  else if (details.has('string', isText, `${at}.name`, name) && !NAME.test(name))
    details.add(`Regexp(${NAME.source})`, `${at}.name`, name)
  details.text(`${at}.description`, description, MOST_DESCRIPTION)
  checkStamps(details, at, definition)
  const { status, date } = details.object(`${at}._deprecation`, _deprecation)
  if (_deprecation !== undefined && status !== 'planned')
    details.add('OneOf(planned)', `${at}._deprecation.status`, status)
  details.text(`${at}._deprecation.date`, date, MOST_DESCRIPTION)
  const admitted = admitAttributes(
    details,
    `${at}.attributes`,
    details.object(`${at}.attributes`, attributes),
  )
  return {
    ...pick(definition, ['name', 'description', ...STAMPS]),
    ...(isObject(_deprecation) && { _deprecation: pick(_deprecation, ['status', 'date']) }),
    ...(Object.keys(admitted).length > 0 && { attributes: admitted }),
  }
}

function admitValue(
  details: FlagDetails,
  at: string,
  key: string,
  value: Members,
  definition: unknown,
): Members {
  const { _variants, _createdAt, _updatedAt, enabled, ...attributes } = value
  const stamps = pick(value, STAMPS)
  checkStamps(details, at, value)
  const defined = isObject(definition) ? ((definition['attributes'] ?? {}) as Members) : undefined
  if (!hasVariants(details, `${at}._variants`, _variants)) {
    checkValues(details, at, attributes, defined)
    return { ...stamps, ...attributes, enabled: admitEnabled(details, `${at}.enabled`, enabled) }
  }
  if (enabled !== undefined || Object.keys(attributes).length > 0)
    details.add('StrictVariants', `${at}._variants`, value)
  return { ...stamps, _variants: admitVariants(details, key, _variants, defined) }
}

function checkStamps(details: FlagDetails, at: string, members: Members): void {
  for (const name of STAMPS) {
    const stamp = own(members, name)
    if (stamp === undefined) continue
    if (!isText(stamp) || !TIMESTAMP.test(stamp) || Number.isNaN(Date.parse(stamp)))
      details.all.push({
        Constraint: 'Timestamp',
        Location: `${at}.${name}`,
        Type: 'Invalid',
        Value: String(stamp),
      })
  }
}

/** A flag that is what it was keeps its stamps, whatever the document says. */
function stamped(entries: Members, before: unknown, now: string): Members {
  const known = isObject(before) ? before : {}
  const all = Object.entries(entries).map(([key, value]): [string, Members] => {
    const entry = value as Members
    const last = own(known, key)
    const previous = isObject(last) ? last : {}
    const isSame = isObject(last) && serialised(unstamped(entry)) === serialised(unstamped(last))
    const _createdAt = previous['_createdAt'] ?? entry['_createdAt'] ?? now
    const _updatedAt = isSame ? (previous['_updatedAt'] ?? now) : now
    return [key, { ...entry, _createdAt, _updatedAt }]
  })
  return Object.fromEntries(all)
}

function unstamped({ _createdAt, _updatedAt, ...rest }: Members): Members {
  return rest
}

/** As Go writes it: keys sorted, and nothing that HTML would read. */
function serialised(value: unknown): string {
  const text = JSON.stringify(value, (_, each: unknown) =>
    isObject(each) ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1))) : each,
  )
  return text.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** As Go writes it: without the zeros a fraction ends in. */
function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z')
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
