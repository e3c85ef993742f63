/**
 * A cell of the fault matrix, before and after it was played.
 *
 * @module
 */
import type { Operation } from './operations.ts'
import type { LayerKind } from './stage.ts'

/**
 * What a client has when the fault begins: nothing; a version that it serves; or, started anew, the backup of a
 * process before it.
 */
export type State = 'cold' | 'warm' | 'restarted'

export interface Cell {
  readonly operation: Operation
  readonly fault: string
  readonly state: State
  readonly layerKind: LayerKind
}

export interface Played {
  /** The cell as the table words it. */
  readonly outcome: string
  /** A last known good is one in memory, or one that a process before has backed up. */
  readonly requests: { readonly total: number; readonly failedWithLastGood: number }
  /** Tokens that were sent again at the same moment. */
  readonly resent: number
  /** Texts that hold what no text may: a value of a document, or a token. */
  readonly leaks: readonly string[]
}
