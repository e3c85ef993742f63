/**
 * How long callers wait.
 *
 * Closing a client ends all waiting at once. A promise for each wait, and none that they share: what waits on a
 * promise that lives as long as the client would never be collected.
 *
 * @module
 */
import type { Clock } from '../clock.ts'

/** A time until which a caller waits. */
export interface Deadline {
  /** Resolves when the time is over, or when waiting was ended. */
  readonly over: Promise<undefined>
  readonly isOver: boolean
  cancel(): void
}

/** The deadlines of one client. */
export interface Deadlines {
  after(ms: number): Deadline
  /** Ends all waiting there is. */
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
