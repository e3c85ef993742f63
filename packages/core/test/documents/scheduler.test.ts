import { describe, expect, it } from 'vitest'
import { createScheduler, type SchedulerOptions } from '../../src/documents/scheduler.ts'
import { tokenBucket } from '../../src/documents/token-bucket.ts'
import { manualClock } from '../../src/manual-clock.ts'

/** Work that counts its runs and ends when told to. */
function gatedWork(delayMs = 60_000) {
  const ends: (() => void)[] = []
  let runs = 0
  return {
    get runs() {
      return runs
    },
    work: () =>
      new Promise<number>((resolve) => {
        runs++
        ends.push(() => resolve(delayMs))
      }),
    async end() {
      ends.shift()?.()
      await settled()
    },
  }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

function setUp({
  maxRequestsPerSecond = 1000,
  random = 0,
  refresh = 'interval',
}: Partial<Pick<SchedulerOptions, 'maxRequestsPerSecond' | 'refresh'>> & { random?: number } = {}) {
  const clock = manualClock()
  return { clock, scheduler: createScheduler({ clock, random: () => random, maxRequestsPerSecond, refresh }) }
}

describe('a task', () => {
  it('runs once at a time, and whoever asks meanwhile shares the run', async () => {
    const { scheduler } = setUp()
    const gate = gatedWork()
    const task = scheduler.add('shared', gate.work)
    const all = [task.runNow(), task.runNow(), task.runNow()]
    expect(gate.runs).toBe(1)
    await gate.end()
    await Promise.all(all)
    expect(gate.runs).toBe(1)
  })

  it('never runs early, and at the latest a tenth of its delay late', async () => {
    for (const random of [0, 0.5, 1]) {
      const { clock, scheduler } = setUp({ random })
      const gate = gatedWork(60_000)
      void scheduler.add('shared', gate.work).runNow()
      await gate.end()

      clock.advance(60_000 - 1)
      expect(gate.runs).toBe(1)
      clock.advance(6_001)
      expect(gate.runs).toBe(2)
    }
  })

  it('is begun together with others, at times that differ between processes', async () => {
    for (const random of [0, 0.42]) {
      const { clock, scheduler } = setUp({ random })
      const tasks = []
      for (let at = 0; at < 50; at++) {
        const gate = gatedWork(20_000)
        const task = scheduler.add('shared', gate.work)
        void task.runNow()
        await gate.end()
        tasks.push({ task, fromMs: clock.now() + 20_000 })
        clock.advance(7)
      }

      const due = tasks.map(({ task }) => task.dueAtMs)
      expect(new Set(due).size).toBeLessThanOrEqual(5)
      expect(new Set(due.map((ms) => ms % 100))).toEqual(
        new Set([(clock.now() - 50 * 7 + 100 * random) % 100]),
      )
      for (const { task, fromMs } of tasks) {
        expect(task.dueAtMs).toBeGreaterThanOrEqual(fromMs)
        expect(task.dueAtMs - fromMs).toBeLessThanOrEqual(2000)
      }
    }
  })

  it('whose delay is too short for a tenth of it to reach a wake-up waits for the next one', async () => {
    const { clock, scheduler } = setUp({ random: 0.99 })
    const task = scheduler.add('shared', async () => 30)
    await task.runNow()
    await settled()
    expect(task.dueAtMs - clock.now()).toBeGreaterThanOrEqual(30)
    expect(task.dueAtMs - clock.now()).toBeLessThanOrEqual(130)
  })

  it('is begun by no timer where only requests begin one', async () => {
    const { clock, scheduler } = setUp({ refresh: 'onRequest' })
    const gate = gatedWork(60_000)
    const task = scheduler.add('shared', gate.work)
    void task.runNow()
    await gate.end()

    clock.advance(3_600_000)

    expect(gate.runs).toBe(1)
    expect(task.dueAtMs).toBe(clock.now() - 3_600_000 + 60_000)
  })

  it.each([
    ['onRequest', 15_000, 1],
    ['onRequest', 15_001, 2],
    ['interval', 15_001, 1],
  ] as const)(
    '%s: that began %i ms ago is joined, or given up and followed by another',
    async (refresh, ageMs, runs) => {
      const { clock, scheduler } = setUp({ refresh })
      const gate = gatedWork()
      let givenUp = 0
      const giveUp = () => void givenUp++
      const task = scheduler.add('shared', gate.work)
      void task.runNow()
      clock.advance(ageMs)

      const both = Promise.all([task.runAfresh(giveUp), task.runAfresh(giveUp)])
      await gate.end()
      await gate.end()
      await both

      expect(gate.runs).toBe(runs)
      expect(givenUp > 0).toBe(runs > 1)
    },
  )

  it('runs once more when something changed during its run', async () => {
    const { scheduler } = setUp()
    const gate = gatedWork()
    const task = scheduler.add('shared', gate.work)
    void task.runNow()
    task.runAgain()
    task.runAgain()
    expect(gate.runs).toBe(1)
    await gate.end()
    expect(gate.runs).toBe(2)
  })

  it('does not run again once cancelled, nor does its waiting keep anybody', async () => {
    const { clock, scheduler } = setUp()
    const gate = gatedWork(1000)
    const task = scheduler.add('shared', gate.work)
    void task.runNow()
    await gate.end()
    task.cancel()
    clock.advance(10_000)
    expect(gate.runs).toBe(1)
    await task.runNow()
  })
})

describe('tasks of tenants', () => {
  it('run no more than so many at once, and never hold up shared ones', async () => {
    const { scheduler } = setUp()
    const gates = Array.from({ length: 50 }, () => gatedWork())
    for (const gate of gates) void scheduler.add('known', gate.work).runNow()
    expect(gates.filter(({ runs }) => runs > 0)).toHaveLength(20)

    const shared = gatedWork()
    void scheduler.add('shared', shared.work).runNow()
    expect(shared.runs).toBe(1)

    await gates[0]?.end()
    expect(gates.filter(({ runs }) => runs > 0)).toHaveLength(21)
  })

  it('that are new hold no more than half of the places', () => {
    const { scheduler } = setUp()
    const strangers = Array.from({ length: 24 }, () => gatedWork())
    for (const gate of strangers) void scheduler.add('new', gate.work).runNow()
    expect(strangers.filter(({ runs }) => runs > 0)).toHaveLength(10)
    const known = gatedWork()
    void scheduler.add('known', known.work).runNow()
    expect(known.runs).toBe(1)
  })

  it('start at the rate allowed, and strangers can use up half of it only', async () => {
    const { clock, scheduler } = setUp({ maxRequestsPerSecond: 10 })
    const strangers = Array.from({ length: 30 }, () => gatedWork())
    for (const gate of strangers) void scheduler.add('new', gate.work).runNow()
    const ran = () => strangers.filter(({ runs }) => runs > 0).length
    expect(ran()).toBe(5)

    const known = gatedWork()
    void scheduler.add('known', known.work).runNow()
    expect(known.runs).toBe(1)

    for (const gate of strangers) await gate.end()
    clock.advance(1000)
    expect(ran()).toBeGreaterThan(5)
  })
})

describe('opening lost sessions anew', () => {
  it('is spread over time for tenants and free for what all share', () => {
    const { clock, scheduler } = setUp()
    const delays = Array.from({ length: 20 }, () => scheduler.reopeningDelayMs('known'))
    expect(delays.slice(0, 5)).toEqual([0, 0, 0, 0, 0])
    expect(delays.slice(5)).toEqual(Array.from({ length: 15 }, (_, i) => (i + 1) * 200))
    expect(scheduler.reopeningDelayMs('shared')).toBe(0)
    clock.advance(10_000)
    expect(scheduler.reopeningDelayMs('known')).toBe(0)
  })
})

describe('a token bucket', () => {
  it('gives what it holds, then as much as time brings', () => {
    const clock = manualClock()
    const bucket = tokenBucket(2, clock)
    expect([bucket.take(), bucket.take()]).toEqual([0, 0])
    expect(bucket.take()).toBe(500)
    clock.advance(500)
    expect(bucket.take()).toBe(0)
  })

  it('keeps a reserve for who may take it', () => {
    const bucket = tokenBucket(4, manualClock())
    expect([bucket.take(2), bucket.take(2)]).toEqual([0, 0])
    expect(bucket.take(2)).toBeGreaterThan(0)
    expect(bucket.take()).toBe(0)
  })
})
