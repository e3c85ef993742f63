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

const TURNS: Turns = { nowMs: () => performance.now(), pause: pauseForTurn }

/** Works that wait for their next turn. */
const waiting: (() => void)[] = []

/** In each round of the event loop one work has a turn, however many there are. */
function pauseForTurn(): Promise<void> {
  return new Promise((resolve) => {
    waiting.push(resolve)
    if (waiting.length === 1) setImmediate(giveTurn)
  })
}

function giveTurn(): void {
  const begin = waiting.shift()
  if (waiting.length > 0) setImmediate(giveTurn)
  begin?.()
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

/** Options of {@link finishInTurns}, besides those for tests. */
export interface TurnOptions extends Partial<Turns> {
  /** Ends the work where it is: it rejects with the reason. */
  readonly signal?: AbortSignal | undefined
}

/** Finishes work in turns. It rejects with what a step throws. */
export async function finishInTurns<T>(
  steps: Steps<T>,
  { nowMs = TURNS.nowMs, pause = TURNS.pause, signal }: TurnOptions = {},
): Promise<T> {
  for (;;) {
    signal?.throwIfAborted()
    const done = advance(steps, nowMs() + TURN_MS, nowMs)
    if (done) return done.result
    await pause()
  }
}

/** The same, from the next round of the event loop on: for work that arrives at any time, and more than one at once. */
export async function finishInLaterTurns<T>(steps: Steps<T>, options: TurnOptions = {}): Promise<T> {
  await (options.pause ?? TURNS.pause)()
  return finishInTurns(steps, options)
}

/** Pieces of work in one step, such as copying a key: together they take a millisecond or so. */
const PIECES_IN_STEP = 2500

/** Counts pieces of work that are too small to be a step each. */
export class Pace {
  #left = PIECES_IN_STEP

  /** Counts pieces, and says whether it is time to yield. */
  isDue(pieces = 1): boolean {
    this.#left -= pieces
    if (this.#left > 0) return false
    this.#left = PIECES_IN_STEP
    return true
  }
}
