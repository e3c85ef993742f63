/**
 * When documents are polled.
 *
 * What callers may rely on:
 *  1. A task never runs twice at a time; whoever asks meanwhile shares the run.
 *  2. It runs when it is due, or up to a tenth of its delay later, never earlier.
 *  3. Only so many tasks run at once. Documents all tenants share have places of their own, so
 *     nothing that tenants do holds them up; new tenants get no more than half of the tenants' places.
 *  4. Tasks of tenants together start at most `maxRequestsPerSecond` times a second, and new
 *     tenants can use up no more than half of that.
 *
 * Knows nothing of documents or sources.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { tokenBucket } from './token-bucket.ts'

/** Who a task is for: everybody, a tenant that was served before, or one never seen. */
export type Lane = 'shared' | 'known' | 'new'

export interface SchedulerOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly maxRequestsPerSecond: number
}

export interface Task {
  /** Runs now unless it does already; settles when the run has. Never rejects. */
  runNow(): Promise<void>
  /** Runs now, or once more after the run that is under way: something has changed meanwhile. */
  runAgain(): void
  /** When it is next due; in the past while it waits for its turn or runs. */
  readonly dueAtMs: number
  lane: Lane
  cancel(): void
}

export interface Scheduler {
  /**
   * Adds a task; it first runs when told to.
   *
   * @param work does one run, never rejects, and answers how many milliseconds until the next.
   */
  add(lane: Lane, work: () => Promise<number>): Task
  /**
   * Reserves the next time at which a lost session of that lane may be opened anew.
   *
   * @returns milliseconds until then.
   */
  reopeningDelayMs(lane: Lane): number
}

/** A tenth: enough to spread a fleet, little enough to be worth waiting for. */
export const LATE_JITTER = 0.1
const MAX_SHARED_IN_FLIGHT = 10
const MAX_TENANT_IN_FLIGHT = 20
const MAX_NEW_IN_FLIGHT = 10
const MAX_REOPENINGS_PER_SECOND = 5

export function createScheduler({ clock, random, maxRequestsPerSecond }: SchedulerOptions): Scheduler {
  const budget = tokenBucket(maxRequestsPerSecond, clock)
  const reopenings = tokenBucket(MAX_REOPENINGS_PER_SECOND, clock)
  const waiting: Record<Lane, Set<() => void>> = { shared: new Set(), known: new Set(), new: new Set() }
  const inFlight: Record<Lane, number> = { shared: 0, known: 0, new: 0 }
  let cancelWakeUp: (() => void) | undefined

  function hasPlace(lane: Lane): boolean {
    if (lane === 'shared') return inFlight.shared < MAX_SHARED_IN_FLIGHT
    if (lane === 'new' && inFlight.new >= MAX_NEW_IN_FLIGHT) return false
    return inFlight.known + inFlight.new < MAX_TENANT_IN_FLIGHT
  }

  /** Starts whatever may start now; comes back when the budget allows more. */
  function startWaiting(): void {
    while (hasPlace('shared') && startFirst('shared'));
    for (const lane of ['known', 'new'] as const) {
      while (hasPlace(lane) && waiting[lane].size > 0) {
        const waitMs = budget.take(lane === 'new' ? maxRequestsPerSecond / 2 : 0)
        if (waitMs > 0) {
          cancelWakeUp?.()
          cancelWakeUp = clock.schedule(waitMs, startWaiting)
          return
        }
        startFirst(lane)
      }
    }
  }

  function startFirst(lane: Lane): boolean {
    for (const start of waiting[lane]) {
      waiting[lane].delete(start)
      inFlight[lane]++
      start()
      return true
    }
    return false
  }

  function settled(lane: Lane): void {
    inFlight[lane]--
    startWaiting()
  }

  function add(firstLane: Lane, work: () => Promise<number>): Task {
    let lane = firstLane
    let run: Promise<void> | undefined
    let again = false
    let cancelled = false
    let cancelTimer: (() => void) | undefined
    let leaveQueue: (() => void) | undefined
    let dueAtMs = Number.POSITIVE_INFINITY

    function runNow(): Promise<void> {
      if (cancelled) return Promise.resolve()
      run ??= new Promise<void>((resolve) => {
        cancelTimer?.()
        dueAtMs = Math.min(dueAtMs, clock.now())
        const queue = waiting[lane]
        const ranIn = lane
        const start = async (): Promise<void> => {
          leaveQueue = undefined
          const delayMs = await work()
          run = undefined
          resolve()
          if (!cancelled) plan(delayMs)
          settled(ranIn)
        }
        queue.add(start)
        leaveQueue = () => {
          if (queue.delete(start)) resolve()
        }
        startWaiting()
      })
      return run
    }

    function plan(delayMs: number): void {
      if (again) {
        again = false
        return void runNow()
      }
      const lateMs = delayMs * (1 + LATE_JITTER * random())
      dueAtMs = clock.now() + lateMs
      cancelTimer = clock.schedule(lateMs, () => void runNow())
    }

    return {
      runNow,
      runAgain() {
        if (run === undefined) void runNow()
        else again = true
      },
      get dueAtMs() {
        return dueAtMs
      },
      get lane() {
        return lane
      },
      set lane(to) {
        lane = to
      },
      cancel() {
        cancelled = true
        cancelTimer?.()
        leaveQueue?.()
      },
    }
  }

  return {
    add,
    reopeningDelayMs: (lane) => (lane === 'shared' ? 0 : reopenings.reserve()),
  }
}
