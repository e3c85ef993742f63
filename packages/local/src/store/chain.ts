/**
 * A chain of lines, each with a checksum of itself and of the line before.
 *
 * A line that was changed, moved, put in or taken out breaks the chain at that place. The loss of
 * finished lines at the end is not noticed.
 *
 * @module
 */
import { createHash } from 'node:crypto'

/** Enough to detect damage and edits by hand; it is no protection against attacks. */
const CHECKSUM_CHARACTERS = 16

/** A chain of lines that are written one after the other. */
export interface Chain {
  /**
   * The line of a payload, where it follows in the chain, without its line end; `keep` says that it
   * was taken.
   */
  link(payload: string): { readonly line: string; keep(): void }
}

/** Begins a chain. */
export function createChain(): Chain {
  let last = ''
  return {
    link(payload) {
      const hash = createHash('sha256').update(`${last}\n`).update(payload).digest('hex')
      const checksum = hash.slice(0, CHECKSUM_CHARACTERS)
      return {
        line: `${checksum} ${payload}`,
        keep() {
          last = checksum
        },
      }
    },
  }
}
