/**
 * Layers of a tenant's configuration, as they are written in the options.
 *
 * @module
 */
import { quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import type { Tenant } from '../tenants/tenant.ts'

/** How a layer uses its configuration profile. */
export interface LayerOptions {
  /**
   * Whether the document may be absent: not created, or nothing deployed. Any other failure still counts:
   * composing without a layer that could not be read could lift a restriction.
   *
   * @default false
   */
  readonly optional?: boolean
  /**
   * Seconds between two polls, 15 to 86400. AppConfig may ask for a longer interval.
   *
   * @default 60 for `direct`, 15 for `agent`
   */
  readonly pollIntervalSeconds?: number
  /**
   * The key of a tenant's part of the document. Only the object under that key is the layer; the rest belongs
   * to other tenants and is never used. Without a tenant the layer contributes nothing.
   */
  readonly section?: (tenant: Tenant) => string
  /**
   * `any`: the document may also be a text, a list or a number. Such a layer must be the only one.
   *
   * @default 'object'
   */
  readonly content?: 'object' | 'any'
  /** Another AppConfig application. @default the client's */
  readonly application?: string
  /** Another AppConfig environment, such as one for operations. @default the client's */
  readonly environment?: string
}

const LAYER_OPTIONS: Record<keyof LayerOptions, true> = {
  optional: true,
  pollIntervalSeconds: true,
  section: true,
  content: true,
  application: true,
  environment: true,
}
/** The names of all options of a layer. */
export const LAYER_OPTION_NAMES: readonly string[] = Object.keys(LAYER_OPTIONS)

/** A configuration profile and how to use it; made by {@link layer}. */
export interface LayerObject extends LayerOptions {
  readonly profile: string
}

/** Whether AppConfig takes this as a poll interval: a whole number of seconds from 15 to 86400. */
export function isPollInterval(seconds: unknown): seconds is number {
  return Number.isInteger(seconds) && (seconds as number) >= 15 && (seconds as number) <= 86_400
}

/** A layer: the name or id of a configuration profile, or what {@link layer} makes. */
export type Layer = string | LayerObject

/**
 * The layer of a tenant, or undefined for none. It must be pure: its result depends on nothing but the
 * tenant.
 */
export type LayerFunction = (tenant: Tenant) => Layer | undefined

/** An entry of the option `layers`. */
export type LayerSpec = Layer | LayerFunction

/**
 * A configuration profile with options.
 *
 * @param profile the name or id of the configuration profile.
 * @throws {OptionsError} `OPTIONS_INVALID` for an unknown option.
 * @example
 * const client = createAppConfig({
 *   application: 'api',
 *   environment: 'prod-01',
 *   layers: [
 *     'default',
 *     (t) => `tier-${t.tier}`,
 *     layer('tenants', { section: (t) => t.id, optional: true }),
 *     layer('ops', { environment: 'prod-01-ops', pollIntervalSeconds: 15 }),
 *   ],
 *   source: direct(),
 * })
 */
export function layer(profile: string, options: LayerOptions = {}): LayerObject {
  refuseUnknownOptions(`layer(${quoted(profile)})`, options, LAYER_OPTION_NAMES)
  return { ...options, profile }
}
