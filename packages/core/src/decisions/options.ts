/**
 * The option `telemetry.decisions`: what the event `decision` tells.
 *
 * @module
 */

/** What the event `decision` tells of tenants and values. */
export interface DecisionOptions {
  /**
   * How the tenant is named: `hashed`, or `plain`, which is its id.
   *
   * @default 'hashed'
   */
  readonly tenant?: 'hashed' | 'plain'
  /**
   * A secret of at least 32 characters, with which ids are hashed by HMAC-SHA-256. Without it the hash is the id's plain
   * SHA-256: whoever can guess an id can tell which hash is whose.
   *
   * @default none
   */
  readonly key?: string
  /** Whether values of flags are told. @default false */
  readonly values?: boolean
}

/** The option, checked and complete. */
export interface DecisionSettings {
  readonly tenant: 'hashed' | 'plain'
  readonly key: string | undefined
  readonly values: boolean
}
