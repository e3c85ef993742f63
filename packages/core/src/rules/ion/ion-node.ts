/**
 * Ion text, read: the parts that rules can be made of.
 *
 * @module
 */
import type { Decimal } from '../exact-number.ts'

interface Placed {
  /** Where it stands, in characters from the start of the rule. */
  readonly at: number
  /** `pct` of `pct::10`. */
  readonly annotation?: string | undefined
}

/** A value of a parsed rule, with its position. `timestamp` is in milliseconds since 1970. */
export type IonNode = Placed &
  (
    | { readonly type: 'string'; readonly value: string }
    | {
        readonly type: 'number'
        readonly value: number
        /** The number itself, where `value` is only the nearest of JavaScript's. */
        readonly exact?: Decimal | undefined
      }
    | { readonly type: 'boolean'; readonly value: boolean }
    | { readonly type: 'timestamp'; readonly value: number; readonly text: string }
    | { readonly type: 'symbol'; readonly value: string }
    | { readonly type: 'list'; readonly items: readonly IonNode[] }
    | { readonly type: 'expression'; readonly items: readonly IonNode[] }
  )
