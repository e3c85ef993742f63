/**
 * Deadlines of calls.
 *
 * Closing a client ends all waits. Each wait has a promise of its own: reactions to a promise that lives as
 * long as the client would never be collected.
 *
 * @module
 */
import type { Clock } from '../clock.ts'

/** A time until which a caller waits. */
export interface Deadline {
  /** Resolves at the deadline, or when waiting was ended. */
  readonly over: Promise<undefined>
  readonly isOver: boolean
  cancel(): void
}

/** The deadlines of one client. */
export interface Deadlines {
  after(ms: number): Deadline
  /** Ends all waits. */
  endAll(): void
}

/** Makes deadlines on a clock. */
export function createDeadlines(clock: Clock): Deadlines {
  const ends = new Set<() => void>()
  return {
    after(ms) {
      let isOver = false
      let end = (): void => {}
      const over = new Promise<undefined>((resolve) => {
        end = () => {
          isOver = true
          ends.delete(end)
          resolve(undefined)
        }
      })
      ends.add(end)
      const cancelTimer = clock.schedule(ms, end)
      return {
        over,
        get isOver() {
          return isOver
        },
        cancel() {
          cancelTimer()
          ends.delete(end)
        },
      }
    },
    endAll() {
      for (const end of [...ends]) end()
    },
  }
}
