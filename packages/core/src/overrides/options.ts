/**
 * The option `overrides`: who may see flags otherwise than they are set.
 *
 * @module
 */

/** Options of overrides: off unless given. */
export interface OverrideOptions {
  /**
   * The secret that overrides are signed with, of at least 32 characters; the same at {@link signOverride}. Several:
   * any of them, so that a secret can be replaced while overrides are in use. Give each environment its own.
   */
  readonly keys: string | readonly string[]
  /** The flags that may be overridden, by name. */
  readonly flags: readonly string[]
  /**
   * Profiles whose word is final: a flag that one of these layers holds for the tenant can't be overridden.
   *
   * @default ['ops']
   */
  readonly finalLayers?: readonly string[]
  /** The header that carries an override. @default 'x-appconfig-override' */
  readonly header?: string
  /** The cookie that carries one where the header is missing. @default no cookie is read */
  readonly cookie?: string
  /** The longest time, in seconds, that an override may still be valid for; one that says more is refused. @default 86_400 */
  readonly maxSeconds?: number
}

/** The option, checked and complete. */
export interface OverrideSettings {
  readonly keys: readonly string[]
  readonly flags: ReadonlySet<string>
  readonly finalLayers: readonly string[]
  readonly header: string
  readonly cookie: string | undefined
  readonly maxSeconds: number
}

/** What an override says of flags: on, off, or the name of a variant. */
export type FlagOverrides = Readonly<Record<string, boolean | string>>

/**
 * Why an override has no effect.
 *
 * `MALFORMED`: it is no override at all; `FORGED`: no key of ours signed it; `EXPIRED`; `TOO_LONG`: it would be valid
 * for longer than `maxSeconds`; `FOREIGN_TENANT`: it is another tenant's, or the request has none; `FLAG_NOT_LISTED`:
 * the option `flags` lacks a flag; `FINAL_LAYER`: one of `finalLayers` holds a flag; `NO_FLAG`: the configuration has no
 * such flag; `NO_VARIANT`: the flag has variants and none of that name, or has none; `CONFIG_INVALID`: the schema
 * refuses the configuration that it would make.
 */
export type OverrideRefusal =
  | 'MALFORMED'
  | 'FORGED'
  | 'EXPIRED'
  | 'TOO_LONG'
  | 'FOREIGN_TENANT'
  | 'FLAG_NOT_LISTED'
  | 'FINAL_LAYER'
  | 'NO_FLAG'
  | 'NO_VARIANT'
  | 'CONFIG_INVALID'
