/**
 * Feature flags as they are written: the authored form of an `AWS.AppConfig.FeatureFlags` profile.
 *
 * `{ version: "1", flags: { key: definition }, values: { key: value } }` becomes what requests see:
 * flags by key, a disabled one without attributes, variants with their rules. It is held to all that
 * AppConfig asks of it.
 *
 * Source: the AppConfig user guide, type reference of feature flags.
 *
 * @module
 */
import { isPlainObject, type JsonObject, type JsonValue } from '../json.ts'
import { finish, type Steps } from '../turns.ts'
import { admitFlagsInSteps } from './admission/admit-flags.ts'
import { type FlagFault, FlagFaults } from './admission/faults.ts'
import { admitVariantsInSteps, hasVariants } from './admission/variants.ts'

/** Most keys need one look. */
const KEYS_PER_STEP = 1000
const MEMBERS = ['$schema', 'version', 'flags', 'values']

/**
 * Whether a document is, or means to be, of that form: it has a version, flags and values; or version 1, one of
 * the two, and nothing that AppConfig does not know.
 */
export function isAuthoredFlags(document: JsonValue): document is JsonObject {
  if (!isPlainObject(document) || !Object.hasOwn(document, 'version')) return false
  const [flags, values] = ['flags', 'values'].map((name) => isPlainObject(document[name]))
  if (flags && values) return true
  const isKnown = document['version'] === '1' && Object.keys(document).every((key) => MEMBERS.includes(key))
  return isKnown && (flags || values) === true
}

/** The flags of a document as requests see them, or what is wrong with them. */
export type FlagReading =
  | { readonly faults: readonly FlagFault[]; readonly value?: undefined }
  | { readonly faults?: undefined; readonly value: JsonValue }

/**
 * A freeform document is as it is; of its flags, those with variants are looked at.
 *
 * @param document frozen. What is made of it is frozen, too.
 */
export function* readFlagDocument(document: JsonValue): Steps<FlagReading> {
  if (!isAuthoredFlags(document)) {
    const faults = yield* faultsOfFreeform(document)
    return faults.length > 0 ? { faults } : { value: document }
  }
  const { faults, values } = yield* admitFlagsInSteps(document)
  if (faults) return { faults }
  const written = isPlainObject(document['values']) ? document['values'] : {}
  const served: Record<string, JsonValue> = {}
  for (const key of Object.keys(values)) {
    served[key] = Object.freeze(servedForm(values[key] as JsonObject, written[key] as JsonObject))
    yield
  }
  return { value: Object.freeze(served) }
}

/** Variants stay as they are written, so that each is one object wherever it goes. */
function servedForm(
  { _createdAt, _updatedAt, _variants, enabled, ...attributes }: JsonObject,
  written: JsonObject,
): JsonObject {
  if (_variants !== undefined) return { _variants: written['_variants'] as JsonValue }
  return enabled === true ? { enabled, ...attributes } : { enabled: false }
}

function* faultsOfFreeform(document: JsonValue): Steps<readonly FlagFault[]> {
  if (!isPlainObject(document)) return []
  const faults = new FlagFaults()
  for (const [index, flag] of Object.keys(document).entries()) {
    const value = document[flag]
    if (index % KEYS_PER_STEP === 0) yield
    if (!isPlainObject(value) || !Object.hasOwn(value, '_variants')) continue
    // `enabled: false` beside variants switches off a flag of a lower layer, too.
    if (value['enabled'] === false) continue
    const at = `${flag}._variants`
    const variants = value['_variants']
    if (hasVariants(faults, at, variants)) yield* admitVariantsInSteps(faults, { flag, at }, variants)
  }
  return faults.all
}

/**
 * The flags of a document as requests see them; any other document as it is.
 *
 * @throws {Error} that names the first place where something is wrong.
 */
export function readFlags(document: JsonValue): JsonValue {
  const { faults, ...reading } = finish(readFlagDocument(document))
  const [fault] = faults ?? []
  if (fault) throw new Error(`${fault.place} ${fault.text}`.trimStart())
  return (reading as { readonly value: JsonValue }).value
}
