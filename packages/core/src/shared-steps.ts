/**
 * Work that several ask for while it is under way, done once.
 *
 * @module
 */
import type { Steps } from './turns.ts'

interface Work<T> {
  readonly steps: Steps<T>
  isRunning: boolean
  /** How many wait for it. */
  waiting: number
  outcome: { readonly result: T } | { readonly error: unknown } | undefined
}

/** The steps of the work with that key; `begin` begins it where it is not under way. */
export type ShareSteps<T> = (key: string, begin: () => Steps<T>) => Steps<T>

/**
 * Makes a function by which whoever asks for work that somebody else has begun goes on with it, and all get its
 * result. What it throws is thrown to all. Whoever gives up ends its own steps by `return`.
 */
export function sharingSteps<T>(): ShareSteps<T> {
  const underWay = new Map<string, Work<T>>()

  function advance(key: string, work: Work<T>): void {
    work.isRunning = true
    try {
      const step = work.steps.next()
      if (step.done) work.outcome = { result: step.value }
    } catch (error) {
      work.outcome = { error }
    }
    work.isRunning = false
    if (work.outcome) underWay.delete(key)
  }

  return function* share(key, begin) {
    const known = underWay.get(key)
    // A step of the work itself asks for the work, by way of a user's code: it can't wait for itself.
    if (known?.isRunning) return yield* begin()
    const work = known ?? { steps: begin(), isRunning: false, waiting: 0, outcome: undefined }
    work.waiting++
    try {
      if (known === undefined) underWay.set(key, work)
      // Whoever joins does no step of it before its own turn.
      else yield
      for (;;) {
        if (work.outcome === undefined) advance(key, work)
        if (work.outcome === undefined) yield
        else if ('error' in work.outcome) throw work.outcome.error
        else return work.outcome.result
      }
    } finally {
      // All who waited have given up.
      if (--work.waiting === 0 && work.outcome === undefined) underWay.delete(key)
    }
  }
}
