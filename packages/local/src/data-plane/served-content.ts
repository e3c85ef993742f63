/**
 * The form in which content is served.
 *
 * Freeform content is served as it was stored. A feature-flag document is served in AppConfig's retrieval
 * form: its values only, keys sorted, a disabled flag without its attributes, and a multi-variant flag
 * reduced to its last (default) variant, which is all that clients of the data plane get. With a context, as
 * the Agent has one, core's evaluator chooses the variant. Admission checked the document when its version
 * was made; older state may hold other documents, which are served as they are.
 *
 * @module
 */
import { evaluateFlags, type JsonValue } from '@appconfig-kit/core'
import type { HostedVersion } from '../resources/entities.ts'
import { isObject, type Members } from '../resources/members.ts'
import { FEATURE_FLAGS } from '../resources/profiles.ts'
import type { State } from '../store/state.ts'

/** The context of rules, from the Agent's `Context` header. */
export type FlagContext = Readonly<Record<string, string>>

/**
 * The bytes a client gets for a version.
 *
 * @param context chooses variants; without one, each flag's default is served.
 */
export function servedContent(state: State, version: HostedVersion, context?: FlagContext): Uint8Array {
  const content = Buffer.from(version.contentBase64, 'base64')
  const profile = state.profiles.get(`${version.ApplicationId}/${version.ConfigurationProfileId}`)
  if (profile?.Type !== FEATURE_FLAGS) return content
  const values = valuesOf(content)
  return values ? Buffer.from(JSON.stringify(retrievalForm(values, context))) : content
}

/** A content from before admission that is no flag document is served as it is. */
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

function retrievalForm(values: Members, context: FlagContext | undefined): Members {
  const flags = sortedEntries(values).flatMap(([key, value]) =>
    isObject(value) ? [[key, flagForm(key, value, context)] as const] : [],
  )
  return Object.fromEntries(flags)
}

function flagForm(key: string, value: Members, context: FlagContext | undefined): Members {
  const variants = value['_variants']
  const chosen = Array.isArray(variants) && context ? chosenForm(key, variants, context) : undefined
  if (chosen) return chosen
  const last: unknown = Array.isArray(variants) ? variants.at(-1) : undefined
  if (!isObject(last)) return attributesForm(value, value['enabled'] === true)
  const attributes = isObject(last['attributeValues']) ? last['attributeValues'] : {}
  return { _variant: last['name'], ...attributesForm(attributes, last['enabled'] === true) }
}

/** Rules that don't compile, from before admission, choose nothing. */
function chosenForm(key: string, variants: readonly unknown[], context: FlagContext): Members | undefined {
  try {
    const flag = evaluateFlags({ [key]: { _variants: variants as JsonValue } }, context)[key]
    return isObject(flag) ? Object.fromEntries(sortedEntries(flag)) : undefined
  } catch {
    return undefined
  }
}

function attributesForm(attributes: Members, enabled: boolean): Members {
  if (!enabled) return { enabled }
  const own = sortedEntries({ ...attributes, enabled }).filter(([key]) => !key.startsWith('_'))
  return Object.fromEntries(own)
}

function sortedEntries(value: Members): [string, unknown][] {
  return Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
}
