/** After `close()` nothing is asked, nothing is told, and nothing is left open. */
import { describe, expect, it } from 'vitest'
import {
  createAppConfig,
  dynamicConfig,
  type PollResult,
  type Session,
  type Source,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { withTimeOut } from '../../src/sources/time-out.ts'

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

const CONTENT: PollResult = {
  kind: 'content',
  body: new TextEncoder().encode('{"a":1}'),
  contentType: 'application/json',
  nextPollMs: 60_000,
}

/** A source that says what is done to it. */
function recording(answer: () => Promise<PollResult>) {
  const done: string[] = []
  const signals: AbortSignal[] = []
  const source: Source = {
    name: 'recording',
    open({ profile }): Session {
      done.push(`open ${profile}`)
      return {
        poll(signal) {
          done.push(`poll ${profile}`)
          signals.push(signal)
          return answer()
        },
        close: () => void done.push(`close ${profile}`),
      }
    },
    close: () => void done.push('close source'),
  }
  return { source, done, signals }
}

const OPTIONS = { application: 'api', environment: 'prod', layers: ['default', () => 'tenant-one'] }

describe('close', () => {
  it('ends the polling of every document, and closes sessions and source', async () => {
    const clock = manualClock()
    const { source, done } = recording(async () => CONTENT)
    const client = createAppConfig({ ...OPTIONS, source, clock })
    await client.resolve('t-1')
    clock.advance(70_000)
    await turns()
    expect(done.filter((what) => what.startsWith('poll'))).toHaveLength(4)
    done.length = 0
    await client.close()
    clock.advance(1_000_000)
    await turns()
    expect(done.sort()).toEqual(['close default', 'close source', 'close tenant-one'])
  })

  it('aborts what is being asked; an answer that comes later is nobody’s', async () => {
    const clock = manualClock()
    let answer = (_: PollResult): void => {}
    const { source, done, signals } = recording(
      () =>
        new Promise((resolve) => {
          answer = resolve
        }),
    )
    const client = createAppConfig({ ...OPTIONS, layers: ['default'], source, clock })
    const told: unknown[] = []
    client.on('change', (event) => told.push(event))
    const outcomes = Promise.allSettled([client.start(), client.resolve('t-1'), client.resolve()])
    await turns()
    await client.close()
    // At once, not when the time is over: the clock has not moved.
    expect((await outcomes).map((outcome) => 'reason' in outcome && outcome.reason.code)).toEqual(
      Array(3).fill('CLIENT_CLOSED'),
    )
    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
    answer(CONTENT)
    await turns()
    clock.advance(1_000_000)
    await turns()
    expect(told).toEqual([])
    expect(done.filter((what) => what.startsWith('poll'))).toHaveLength(1)
    expect(client.health().documents).toEqual([])
  })

  it('is what dynamicConfig does when its start fails', async () => {
    const clock = manualClock()
    const { source, done } = recording(async () => ({ kind: 'absent', nextPollMs: 60_000 }))
    const options = { application: 'api', environment: 'prod', profile: 'default', source, clock }
    await expect(dynamicConfig(options)).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    clock.advance(1_000_000)
    await turns()
    expect(done).toEqual(['open default', 'poll default', 'close default', 'close source'])
  })

  it('makes no call for what was aborted before it could begin', async () => {
    const abort = new AbortController()
    abort.abort(new Error('closed'))
    let calls = 0
    await expect(withTimeOut(1000, abort.signal, async () => calls++)).rejects.toThrow('closed')
    expect(calls).toBe(0)
  })
})
