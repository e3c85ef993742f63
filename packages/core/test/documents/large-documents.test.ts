/** Large documents are read in turns: what happens meanwhile. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import { LiveDocument } from '../../src/documents/document.ts'
import { createScheduler } from '../../src/documents/scheduler.ts'
import { createVersionPool } from '../../src/documents/version-pool.ts'
import { createEmitter } from '../../src/events.ts'
import { type AppConfigClient, createAppConfig, type PollResult, type Source } from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

/** A megabyte and a half, of many small objects. */
const large = (version: number): string =>
  JSON.stringify({
    version,
    items: Array.from({ length: 400 }, () => Array.from({ length: 200 }, (_, at) => ({ key: at }))),
  })

/** A source that answers with these texts, then that there is nothing new. */
function scripted(texts: string[]) {
  const clock = manualClock()
  const polls: number[] = []
  const source: Source = {
    name: 'scripted',
    open: () => ({
      async poll(): Promise<PollResult> {
        polls.push(clock.now())
        const text = texts.shift()
        if (text === undefined) return { kind: 'unchanged', nextPollMs: 60_000 }
        return {
          kind: 'content',
          body: Buffer.from(text),
          contentType: 'application/json',
          nextPollMs: 60_000,
        }
      },
    }),
  }
  return { source, clock, polls }
}

function clientOf(...texts: string[]) {
  const { source, clock, polls } = scripted(texts)
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    clock,
    source,
    logger: false,
  })
  clients.push(client)
  const events: string[] = []
  for (const name of ['change', 'rejected', 'failure', 'stale', 'recovered'] as const)
    client.on(name, () => void events.push(name))
  return { client, clock, events, polls }
}

const round = () => new Promise((resolve) => setImmediate(resolve))
/** Rounds of the event loop until something is so; fails after very many. */
async function until(isSo: () => boolean): Promise<number> {
  for (let rounds = 1; rounds < 100_000; rounds++) {
    if (isSo()) return rounds
    await round()
  }
  throw new Error('it never was')
}

describe('a large document', () => {
  it('is served as a small one is', async () => {
    const { client } = clientOf(large(1))
    await client.start()
    expect(client.peek()).toEqual(JSON.parse(large(1)))
  })

  it('that is refused is refused by the same error, and what was served stays', async () => {
    const { client, clock, events } = clientOf('{"version":0}', `${large(1).slice(0, -1)},"__proto__":1}`)
    await client.start()
    clock.advance(70_000)
    await until(() => events.includes('rejected'))
    expect(client.peek()).toEqual({ version: 0 })
    expect(client.health().documents[0]?.lastError?.message).toMatch(
      /^\[appconfig-kit\] DOCUMENT_INVALID: api\/prod\/default: the document \(application\/json\) can't be used: it has a key "__proto__" \(line 1, column 1\)\. Fix it$/,
    )
  })

  it('lets the event loop go on while it is read, and what is held is served', async () => {
    const { client, clock, polls } = clientOf('{"version":0}', large(1))
    await client.start()
    clock.advance(70_000)
    await until(() => polls.length === 2)
    expect(client.peek()).toEqual({ version: 0 })
    const rounds = await until(() => (client.peek() as { version: number }).version === 1)
    expect(rounds).toBeGreaterThan(5)
  })

  it('is not polled again while it is read', async () => {
    const { client, clock, polls } = clientOf('{"version":0}', large(1))
    await client.start()
    const revision = client.health().documents[0]?.version?.revision
    clock.advance(70_000)
    await until(() => polls.length === 2)
    for (let minutes = 0; minutes < 3; minutes++) clock.advance(70_000)
    await until(() => client.health().documents[0]?.version?.revision !== revision)
    expect(polls).toHaveLength(2)
  })

  it('is not lost where a request gives up a poll that began long ago', async () => {
    const { source, clock, polls } = scripted([large(1)])
    const refresh = 'onRequest'
    const random = () => 0
    const document = new LiveDocument(
      {
        maxDocumentBytes: 10_000_000,
        missingRecheckSeconds: 60,
        source,
        scheduler: createScheduler({ clock, random, refresh, maxRequestsPerSecond: 10 }),
        clock,
        random,
        refresh,
        emitter: createEmitter(),
        pool: createVersionPool(),
        backup: undefined,
        onChange() {},
      },
      {
        id: { application: 'a', environment: 'e', profile: 'p' },
        pollIntervalSeconds: undefined,
        content: 'object',
      },
      'shared',
    )
    document.wake()
    const first = document.settle()
    await until(() => polls.length === 1)
    await round()
    clock.advance(16_000)
    await Promise.all([first, document.settle()])
    expect(polls).toHaveLength(2)
    expect(document.state.current?.value).toMatchObject({ version: 1 })
    document.sleep()
  })

  it('is no longer read after close, and no event tells of it', async () => {
    const parse = vi.spyOn(JSON, 'parse')
    const { client, clock, events } = clientOf('{"version":0}', `${large(1)} torn`)
    await client.start()
    events.length = 0
    clock.advance(70_000)
    const before = parse.mock.calls.length
    await until(() => parse.mock.calls.length > before + 3)
    await client.close()
    const pieces = parse.mock.calls.length
    expect(pieces).toBeLessThan(before + 60)
    for (let rounds = 0; rounds < 100; rounds++) await round()
    expect(parse.mock.calls.length).toBe(pieces)
    expect(events).toEqual([])
    parse.mockRestore()
  })
})
