import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  dynamicConfig,
  layer,
  type PollResult,
  type Source,
  SourceError,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

const HOUR_MS = 3_600_000
const INTERVAL_MS = 60_000
const PLACE = { application: 'api', environment: 'dev', layers: ['default'] } as const

/** A source whose answers a test gives; each poll waits for one. */
class Answered implements Source {
  readonly name = 'answered'
  polls = 0
  readonly #waiting: { answer: (result: PollResult) => void; fail: (error: Error) => void }[] = []

  open(): ReturnType<Source['open']> {
    return {
      poll: () =>
        new Promise<PollResult>((answer, fail) => {
          this.polls++
          this.#waiting.push({ answer, fail })
        }),
    }
  }

  answer(value: object): void {
    const body = new TextEncoder().encode(JSON.stringify(value))
    const contentType = 'application/json'
    this.#waiting.shift()?.answer({ kind: 'content', body, contentType, nextPollMs: INTERVAL_MS })
  }

  isAbsent(): void {
    this.#waiting.shift()?.answer({ kind: 'absent', nextPollMs: INTERVAL_MS })
  }

  fail(error = new SourceError('SOURCE_FAILED', 'nobody answers')): void {
    this.#waiting.shift()?.fail(error)
  }
}

interface SetUp {
  readonly client: AppConfigClient
  readonly source: Answered
  readonly clock: CountedClock
}

/** A clock that moves only when told to, and the timers that wait for it. */
type CountedClock = ReturnType<typeof countedClock>

function countedClock() {
  const clock = manualClock()
  const waiting = new Set<object>()
  return {
    now: clock.now,
    advance: clock.advance,
    get timers() {
      return waiting.size
    },
    schedule(delayMs: number, callback: () => void) {
      const timer = {}
      waiting.add(timer)
      const cancel = clock.schedule(delayMs, () => {
        waiting.delete(timer)
        callback()
      })
      return () => {
        waiting.delete(timer)
        cancel()
      }
    },
  }
}

function setUp(options: Partial<AppConfigOptions> = {}): SetUp {
  const [source, clock] = [new Answered(), countedClock()]
  const client = createAppConfig({
    ...PLACE,
    refresh: 'onRequest',
    source,
    clock,
    logger: false,
    ...options,
  }) as AppConfigClient
  onTestFinished(() => client.close())
  return { client, source, clock }
}

/** Lets promises get done, of which some wait for others. */
const settled = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

async function warm({ client, source }: SetUp): Promise<void> {
  const first = client.resolve()
  source.answer({ a: 1 })
  expect(await first).toEqual({ a: 1 })
}

describe('refreshed on request', () => {
  it('polls by no timer, however long nobody asks', async () => {
    const all = setUp()
    await warm(all)

    all.clock.advance(24 * HOUR_MS)
    await settled()

    expect(all.source.polls).toBe(1)
    expect(all.clock.timers).toBe(0)
  })

  it('serves at once while no poll is due, and the new version to the first request after', async () => {
    const all = setUp()
    const { client, source, clock } = all
    await warm(all)
    clock.advance(INTERVAL_MS - 1)
    expect(client.peek()).toEqual({ a: 1 })
    clock.advance(INTERVAL_MS)

    expect(client.peek()).toBeUndefined()
    const asked = [client.resolve(), client.resolve()]
    await settled()
    source.answer({ a: 2 })

    expect(await Promise.all(asked)).toEqual([{ a: 2 }, { a: 2 }])
    expect(source.polls).toBe(2)
    expect(client.peek()).toEqual({ a: 2 })
  })

  it('waits for a late answer no longer than resolveTimeoutMs, and says that it is stale', async () => {
    const all = setUp({ resolveTimeoutMs: 500 })
    const { client, source, clock } = all
    await warm(all)
    const stale: unknown[] = []
    client.on('stale', (event) => stale.push(event))
    const checkedAtMs = clock.now()
    clock.advance(HOUR_MS)

    const asked = client.resolve()
    await settled()
    clock.advance(499)
    await settled()
    expect(stale).toEqual([])
    clock.advance(1)

    expect(await asked).toEqual({ a: 1 })
    expect(stale).toEqual([expect.objectContaining({ sinceMs: checkedAtMs })])
    // The answer, when it comes, is for the next.
    source.answer({ a: 2 })
    await settled()
    expect(await client.resolve()).toEqual({ a: 2 })
  })

  it('serves the last known good at once where the source fails, and asks again when that is due', async () => {
    const all = setUp()
    const { client, source, clock } = all
    await warm(all)
    const stale: unknown[] = []
    client.on('stale', (event) => stale.push(event))
    clock.advance(HOUR_MS)

    const asked = client.resolve()
    await settled()
    source.fail()
    expect(await asked).toEqual({ a: 1 })

    expect(stale).toHaveLength(1)
    expect(client.health().status).toBe('degraded')
    expect(client.inspect().isStale).toBe(true)
    expect(client.peek()).toEqual({ a: 1 })
    clock.advance(2 * INTERVAL_MS)
    const later = client.resolve()
    await settled()
    source.answer({ a: 3 })
    expect(await later).toEqual({ a: 3 })
    expect(client.health().status).toBe('ok')
  })

  it('does not trust an answer that came before the process stood still', async () => {
    const all = setUp()
    const { client, source, clock } = all
    await warm(all)
    clock.advance(INTERVAL_MS * 2)
    const before = client.resolve()
    await settled()
    clock.advance(2000)
    expect(await before).toEqual({ a: 1 })

    // The answer lies in the socket for an hour.
    clock.advance(HOUR_MS)
    const after = client.resolve()
    source.answer({ a: 'an hour old' })
    await settled()
    source.answer({ a: 2 })

    expect(await after).toEqual({ a: 2 })
  })

  it('with nothing to serve, asks again while the request waits', async () => {
    const { client, source, clock } = setUp()

    const asked = client.resolve()
    for (let attempt = 0; attempt < 2; attempt++) {
      await settled()
      source.fail()
      await settled()
      clock.advance(700)
    }
    await settled()
    source.answer({ a: 1 })

    expect(await asked).toEqual({ a: 1 })
    expect(source.polls).toBe(3)
  })

  it('and gives up at resolveTimeoutMs, or at once where asking again is of no use', async () => {
    const { client, source, clock } = setUp({ resolveTimeoutMs: 1000 })
    const asked = client.resolve()
    const refused = expect(asked).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE', retryAfterSeconds: 1 })
    await settled()
    source.fail()
    await settled()
    clock.advance(1000)
    await refused

    clock.advance(10_000)
    const denied = expect(client.resolve()).rejects.toMatchObject({ cause: { code: 'SOURCE_DENIED' } })
    // The poll that was under way when the first gave up, and the one after.
    for (let poll = 0; poll < 2; poll++) {
      await settled()
      source.fail(new SourceError('SOURCE_DENIED', 'not for you'))
    }
    await denied
  })

  it('starts when the source does, within startTimeoutMs', async () => {
    const { client, source, clock } = setUp({ startTimeoutMs: 5000 })

    const started = client.start()
    for (let attempt = 0; attempt < 2; attempt++) {
      await settled()
      source.fail()
      await settled()
      clock.advance(700)
    }
    await settled()
    source.answer({ a: 1 })
    await started

    expect(client.peek()).toEqual({ a: 1 })
    expect(clock.timers).toBe(0)
  })

  it('holds tenants however long the process stood still: their last known good may be needed', async () => {
    const { client, source, clock } = setUp({
      idleTimeoutSeconds: 1,
      layers: ['default', (tenant) => layer(`tenant-${tenant.id}`, { optional: true })],
    })
    const first = client.resolve('t-1')
    await settled()
    source.answer({ a: 1 })
    source.isAbsent()
    expect(await first).toEqual({ a: 1 })

    clock.advance(HOUR_MS)
    const after = client.resolve('t-1')
    await settled()
    source.fail()
    source.fail()

    expect(await after).toEqual({ a: 1 })
    expect(client.health().warmTenants).toBe(1)
  })

  it('is refused where it means nothing, and in any other word', async () => {
    expect(() => setUp({ refresh: 'never' as never })).toThrow(
      /OPTIONS_INVALID: the option refresh must be 'interval' or 'onRequest', got "never"/,
    )
    const options = { application: 'api', environment: 'dev', profile: 'default', refresh: 'onRequest' }
    await expect(dynamicConfig({ ...options, source: new Answered() } as never)).rejects.toThrow(
      /OPTIONS_INVALID.*refresh/,
    )
  })
})
