/**
 * What a preflight finds.
 *
 * @module
 */

/** Something about a cell that a person should know before a rollout. */
export interface Finding {
  /** The cell; the wave for what is about its strategy; `gate` for what is about all of it. */
  readonly where: string
  /** `refuse`: a rollout would not get past it now. */
  readonly level: 'refuse' | 'warn' | 'note'
  /** The rest of a sentence that begins with the cell. */
  readonly text: string
}
