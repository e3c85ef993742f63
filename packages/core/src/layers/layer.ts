/**
 * What contributes to a tenant's configuration, as it is written in options.
 *
 * @module
 */
import { quoted } from '../errors.ts'
import { refuseUnknownOptions } from '../options/known-options.ts'
import type { Tenant } from '../tenants/tenant.ts'

export interface LayerOptions {
  /**
   * Whether AppConfig may say that it does not exist. Any other failure still counts: composing
   * without a layer that could not be read could lift a restriction.
   *
   * @default false
   */
  readonly optional?: boolean
  /**
   * How often to ask for this document, 15 to 86400. AppConfig may want it less often.
   *
   * @default AppConfig's own, 60 seconds
   */
  readonly pollIntervalSeconds?: number
  /**
   * The key under which a tenant's part of the document stands. Only the object there is the
   * layer; the rest belongs to others and is never seen. Without a tenant there is no such layer.
   */
  readonly section?: (tenant: Tenant) => string
  /**
   * `any`: the document may be a text, a list or a number, too. Such a layer must be the only one.
   *
   * @default 'object'
   */
  readonly content?: 'object' | 'any'
  /** @default the client's */
  readonly application?: string
  /** @default the client's */
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
export const LAYER_OPTION_NAMES: readonly string[] = Object.keys(LAYER_OPTIONS)

/** A configuration profile and how to use it; made by {@link layer}. */
export interface LayerObject extends LayerOptions {
  readonly profile: string
}

/** What AppConfig takes as an interval. */
export function isPollInterval(seconds: unknown): seconds is number {
  return Number.isInteger(seconds) && (seconds as number) >= 15 && (seconds as number) <= 86_400
}

export type Layer = string | LayerObject

/** Must be pure: what it gives depends on the tenant and on nothing else. */
export type LayerFunction = (tenant: Tenant) => Layer | undefined

/** An entry of the option `layers`. */
export type LayerSpec = Layer | LayerFunction

/**
 * A configuration profile that is more than its name.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for an option there is not.
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
