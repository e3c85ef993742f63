/**
 * The port of places that keep backups: a folder, or a store.
 *
 * @module
 */

/** Keeps bytes by name. Names are of letters, digits and dots. */
export interface BackupPlace {
  /** The bytes that were written last; undefined where there are none. */
  read(name: string): Promise<Uint8Array | undefined>
  /** Writes all of the bytes, or rejects. Whoever reads meanwhile gets the old ones or the new ones. */
  write(name: string, bytes: Uint8Array): Promise<void>
  /**
   * Milliseconds within which a new content is written, at random: where many processes would write the same
   * at the same time.
   */
  readonly spreadMs: number
}
