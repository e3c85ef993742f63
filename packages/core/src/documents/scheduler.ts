/**
 * The scheduler of polls.
 *
 * What callers may rely on:
 *  1. A task never runs twice at a time; calls during a run share that run.
 *  2. It runs when it is due, never earlier. Jitter makes it up to a tenth of its delay late; the timer that begins
 *     it, up to 100 ms where that is more, because many are begun at once.
 *  3. The number of running tasks is limited: 10 for documents that all tenants share, 20 for documents of
 *     tenants, of which new tenants get at most 10. So tenants never delay shared documents.
 *  4. Tasks of tenants start at most `maxRequestsPerSecond` times a second. New tenants get at most half of
 *     that.
 *
 * Knows nothing of documents or sources.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { tokenBucket } from './token-bucket.ts'

/** The lane of a task: for all tenants, for tenants that were served before, for new tenants. */
export type Lane = 'shared' | 'known' | 'new'

/** Time, randomness and the rate limit of a scheduler. */
export interface SchedulerOptions {
  readonly clock: Clock
  readonly random: () => number
  readonly maxRequestsPerSecond: number
  /** `onRequest`: no timer begins a run. */
  readonly refresh: 'interval' | 'onRequest'
}

/** Something that runs again and again, such as the polling of a document. */
export interface Task {
  /** Runs now, or joins the run under way; the promise is resolved after the run. Never rejects. */
  runNow(): Promise<void>
  /**
   * The same where timers begin runs. Where only requests do, a run that began more than `FROZEN_MS` ago is followed
   * by another: it may have been stopped, with the whole process, after it was answered. Never rejects.
   *
   * @param giveUp ends that run as soon as possible.
   */
  runAfresh(giveUp: () => void): Promise<void>
  /** Runs now, or again after the run under way, because something has changed meanwhile. */
  runAgain(): void
  /** When the next run is due; in the past during a run and while it waits for its turn. */
  readonly dueAtMs: number
  lane: Lane
  cancel(): void
}

/** Runs tasks when they are due, within limits. */
export interface Scheduler {
  /**
   * Adds a task. Its first run is `runNow()`.
   *
   * @param work does one run, never rejects, and returns the milliseconds to the next.
   */
  add(lane: Lane, work: () => Promise<number>): Task
  /**
   * Reserves the next time at which a lost session of that lane may be opened anew.
   *
   * @returns milliseconds until then.
   */
  reopeningDelayMs(lane: Lane): number
}

/** A tenth: enough to spread a fleet, and a short delay. */
export const LATE_JITTER = 0.1
/**
 * Timers begin runs at most that often, all that are due by then: of 170 polls a second, each in a wake-up of its own,
 * half the CPU time went into waking up.
 */
const WAKE_EVERY_MS = 100
/** AppConfig's shortest poll interval: what was answered that long ago may still be served. */
const FROZEN_MS = 15_000
const MAX_SHARED_IN_FLIGHT = 10
const MAX_TENANT_IN_FLIGHT = 20
const MAX_NEW_IN_FLIGHT = 10
const MAX_REOPENINGS_PER_SECOND = 5

/** Makes a scheduler without tasks. */
export function createScheduler(options: SchedulerOptions): Scheduler {
  const { clock, maxRequestsPerSecond } = options
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

  /** Starts the tasks that may start now; called again when the rate limit allows more. */
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

  const ports: TaskPorts = {
    ...options,
    wakesAtMs: Math.floor(options.random() * WAKE_EVERY_MS),
    queues: waiting,
    startWaiting,
    settled(lane) {
      inFlight[lane]--
      startWaiting()
    },
  }

  return {
    add: (lane, work) => new PollTask(ports, lane, work),
    reopeningDelayMs: (lane) => (lane === 'shared' ? 0 : reopenings.reserve()),
  }
}

interface TaskPorts extends Pick<SchedulerOptions, 'clock' | 'random' | 'refresh'> {
  /** Tasks that wait for their turn, by lane. */
  readonly queues: Readonly<Record<Lane, Set<() => void>>>
  readonly startWaiting: () => void
  readonly settled: (lane: Lane) => void
  /** One of the times at which timers begin runs. At random, so that a fleet does not ask at the same ones. */
  readonly wakesAtMs: number
}

/** It is a class because there may be one for each of 10,000 documents. */
class PollTask implements Task {
  lane: Lane
  dueAtMs = Number.POSITIVE_INFINITY
  readonly #ports: TaskPorts
  readonly #work: () => Promise<number>
  #run: Promise<void> | undefined
  #beganAtMs = Number.NEGATIVE_INFINITY
  #isWantedAgain = false
  #isCancelled = false
  #cancelTimer: (() => void) | undefined
  #leaveQueue: (() => void) | undefined

  constructor(ports: TaskPorts, lane: Lane, work: () => Promise<number>) {
    this.#ports = ports
    this.lane = lane
    this.#work = work
  }

  runNow(): Promise<void> {
    if (this.#isCancelled) return Promise.resolve()
    this.#run ??= new Promise<void>((resolve) => this.#enqueue(resolve))
    return this.#run
  }

  runAfresh(giveUp: () => void): Promise<void> {
    const { clock, refresh } = this.#ports
    const isOld = refresh === 'onRequest' && clock.now() - this.#beganAtMs > FROZEN_MS
    if (this.#run === undefined || !isOld) return this.runNow()
    giveUp()
    return this.#run.then(() => this.runNow())
  }

  runAgain(): void {
    if (this.#run === undefined) void this.runNow()
    else this.#isWantedAgain = true
  }

  cancel(): void {
    this.#isCancelled = true
    this.#cancelTimer?.()
    this.#leaveQueue?.()
  }

  #enqueue(resolve: () => void): void {
    const { clock, queues, startWaiting, settled } = this.#ports
    const { lane } = this
    this.#cancelTimer?.()
    this.#beganAtMs = clock.now()
    this.dueAtMs = Math.min(this.dueAtMs, this.#beganAtMs)
    const queue = queues[lane]
    const start = async (): Promise<void> => {
      this.#leaveQueue = undefined
      const delayMs = await this.#work()
      this.#run = undefined
      resolve()
      if (!this.#isCancelled) this.#plan(delayMs)
      settled(lane)
    }
    queue.add(start)
    this.#leaveQueue = () => {
      if (queue.delete(start)) resolve()
    }
    startWaiting()
  }

  #plan(delayMs: number): void {
    if (this.#isWantedAgain) {
      this.#isWantedAgain = false
      return void this.runNow()
    }
    const { clock, random, refresh, wakesAtMs } = this.#ports
    const nowMs = clock.now()
    const jitteredMs = nowMs + delayMs * (1 + LATE_JITTER * random())
    this.dueAtMs = jitteredMs
    if (refresh === 'onRequest') return
    this.dueAtMs = wakeUpWithin(nowMs + delayMs, jitteredMs, wakesAtMs)
    this.#cancelTimer = clock.schedule(this.dueAtMs - nowMs, () => void this.runNow())
  }
}

/** The last time to wake up between two times, or else the next one. */
function wakeUpWithin(earliestMs: number, latestMs: number, wakesAtMs: number): number {
  const lastMs = wakesAtMs + Math.floor((latestMs - wakesAtMs) / WAKE_EVERY_MS) * WAKE_EVERY_MS
  return lastMs < earliestMs ? lastMs + WAKE_EVERY_MS : lastMs
}
