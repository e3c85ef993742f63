/**
 * The option `backup`: where the last known good is kept for a restart without AppConfig.
 *
 * @module
 */

/**
 * A store that several processes share. Every [Keyv](https://keyv.org) is one.
 *
 * Methods may return a value or a promise.
 */
export interface BackupStore {
  /** The text that was set last; undefined or null where there is none. */
  get(key: string): unknown
  /**
   * Sets a text for at most `ttlMs` milliseconds.
   *
   * @returns `false` where it was not set; any other result means that it was.
   */
  set(key: string, value: string, ttlMs: number): unknown
}

/** Where backups are kept, and how: in a folder of this machine, or in a store that a fleet shares. */
export type BackupOptions = {
  /**
   * Encrypts a backup before it is written. Give `decrypt` too. It should authenticate what it encrypts, as
   * AES-GCM does: see docs/backup.md.
   *
   * @default backups are not encrypted
   */
  readonly encrypt?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /** Reverses `encrypt`; throws for what was encrypted otherwise. */
  readonly decrypt?: (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>
  /**
   * Seconds after which a backup is not used any more, from when AppConfig last confirmed its content.
   *
   * @default 604_800, a week
   */
  readonly maxAgeSeconds?: number
} & (
  | {
      /** The folder, absolute or relative to the process's working directory; made where it is missing. */
      readonly directory: string
      readonly store?: undefined
    }
  | {
      /** The store, e.g. a Keyv. */
      readonly store: BackupStore
      readonly directory?: undefined
    }
)

/** The option, checked and complete. */
export interface BackupSettings {
  readonly directory: string | undefined
  readonly store: BackupStore | undefined
  readonly encrypt: Transform
  readonly decrypt: Transform
  readonly maxAgeMs: number
}

/** A function over bytes, such as `encrypt`. */
export type Transform = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>

/** A week: longer than a long weekend, and short enough that nobody has forgotten what was deployed. */
export const DEFAULT_MAX_AGE_SECONDS = 604_800
