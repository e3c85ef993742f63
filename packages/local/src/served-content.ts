/**
 * The form in which content is served.
 *
 * Freeform content is served as it was stored. A feature-flag document is served in AppConfig's
 * retrieval form: its values only, keys sorted, a disabled flag without its attributes, and a
 * multi-variant flag reduced to its last (default) variant, which is all a plain client gets.
 *
 * @module
 */
import type { HostedVersion } from './entities.ts'
import { isObject, type Members } from './members.ts'
import { FEATURE_FLAGS } from './profiles.ts'
import type { State } from './state.ts'

/** The bytes a client gets for a version. */
export function servedContent(state: State, version: HostedVersion): Uint8Array {
  const content = Buffer.from(version.contentBase64, 'base64')
  const profile = state.profiles.get(`${version.ApplicationId}/${version.ConfigurationProfileId}`)
  if (profile?.Type !== FEATURE_FLAGS) return content
  const values = valuesOf(content)
  return values ? Buffer.from(JSON.stringify(retrievalForm(values))) : content
}

/** Admission is not checked here: what is no flag document is served as it is. */
function valuesOf(content: Buffer): Members | undefined {
  try {
    const document: unknown = JSON.parse(content.toString())
    if (!isObject(document) || document['version'] !== '1') return undefined
    const values = document['values'] ?? {}
    return isObject(values) ? values : undefined
  } catch {
    return undefined
  }
}

function retrievalForm(values: Members): Members {
  const flags = sortedEntries(values).flatMap(([key, value]) =>
    isObject(value) ? [[key, flagForm(value)] as const] : [],
  )
  return Object.fromEntries(flags)
}

function flagForm(value: Members): Members {
  const variants = value['_variants']
  const last: unknown = Array.isArray(variants) ? variants.at(-1) : undefined
  if (!isObject(last)) return attributesForm(value, value['enabled'] === true)
  const attributes = isObject(last['attributeValues']) ? last['attributeValues'] : {}
  return { _variant: last['name'], ...attributesForm(attributes, last['enabled'] === true) }
}

function attributesForm(attributes: Members, enabled: boolean): Members {
  if (!enabled) return { enabled }
  const own = sortedEntries({ ...attributes, enabled }).filter(([key]) => !key.startsWith('_'))
  return Object.fromEntries(own)
}

function sortedEntries(value: Members): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}
