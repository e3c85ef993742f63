/**
 * Long work in turns, between which the event loop answers requests.
 *
 * Such work is a generator that yields after each step of at most a millisecond or so. Whoever runs it decides
 * whether it may stop there: what must be known now is finished at once, all else in turns.
 *
 * @module
 */

/** Work in steps, and its result. */
export type Steps<T> = Generator<undefined, T, undefined>

/** The longest turn; then requests get theirs. */
export const TURN_MS = 4

/** Time and pauses, for tests to set. Not the client's clock, which may stand still in tests. */
export interface Turns {
  readonly nowMs: () => number
  /** Resolves after the event loop has answered what is waiting. */
  readonly pause: () => Promise<void>
}

const TURNS: Turns = {
  nowMs: () => performance.now(),
  pause: () => new Promise((resolve) => setImmediate(resolve)),
}

/** Finishes work at once. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * Advances work until it is done or its turn ends.
 *
 * @returns its result, in an object of its own since it may be undefined; undefined if it is not done.
 */
export function advance<T>(
  steps: Steps<T>,
  endsAtMs: number,
  nowMs: () => number = TURNS.nowMs,
): { readonly result: T } | undefined {
  do {
    const step = steps.next()
    if (step.done) return { result: step.value }
  } while (nowMs() < endsAtMs)
  return undefined
}

/** Finishes work in turns. It rejects with what a step throws. */
export async function finishInTurns<T>(steps: Steps<T>, { nowMs, pause }: Turns = TURNS): Promise<T> {
  for (;;) {
    const done = advance(steps, nowMs() + TURN_MS, nowMs)
    if (done) return done.result
    await pause()
  }
}
