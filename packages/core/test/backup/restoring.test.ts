/** A client that starts while its source does not answer. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import {
  type AppConfigOptions,
  createAppConfig,
  layer,
  type PollResult,
  type Source,
} from '../../src/index.ts'
import { bytesOf, json, never, settableSource, storeInMemory, turns, until } from './backups.ts'
import { ABSENT, type Answers, backedUp, DOWN, documentOf, processOn, START_MS } from './processes.ts'

describe('a client whose source fails from the start', () => {
  it('serves the backup to the first request, without waiting, and says so', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const { client, events, logged } = processOn(store, { default: DOWN })
    // The clock does not move.
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    expect(documentOf(client)).toMatchObject({
      status: 'stale',
      restoredFromMs: START_MS,
      checkedAtMs: undefined,
    })
    expect(client.health().status).toBe('degraded')
    expect(events).toEqual([
      ['failure', 'default', 'SOURCE_FAILED'],
      ['stale', 'default'],
      ['change', 'default'],
    ])
    expect(logged.filter((text) => text.includes('RESTORED'))).toEqual([
      expect.stringContaining('last confirmed it at 2023-11-14T22:13:20.000Z'),
    ])
  })

  it('starts', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const { client } = processOn(store, { default: DOWN })
    await client.start()
    expect(client.peek('t-01') ?? (await client.resolve('t-01'))).toEqual({ a: 1 })
  })

  it('serves further documents without asking for each', async () => {
    const layers = ['default', ({ id }: { id: string }) => `tenant-${id}`]
    const { store } = await backedUp({ default: json({ a: 1 }), 'tenant-t-01': json({ b: 2 }) }, { layers })
    const { client } = processOn(store, { default: DOWN, 'tenant-t-01': 'hangs' }, { layers })
    await client.start()
    expect(await client.resolve('t-01')).toEqual({ a: 1, b: 2 })
  })

  it('moves on when the source is back, and asks for it soon', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const answers: Answers = { default: DOWN }
    const { client, clock, events, logged } = processOn(store, answers)
    await client.resolve('t-01')
    answers['default'] = json({ a: 2 })
    clock.advance(2000)
    await until(() => client.health().status === 'ok')
    expect(client.peek('t-01')).toEqual({ a: 2 })
    expect(documentOf(client)).toMatchObject({ status: 'ok', restoredFromMs: undefined })
    expect(events.slice(3)).toEqual([
      ['recovered', 'default'],
      ['change', 'default'],
    ])
    expect(logged.at(-1)).toContain('RECOVERED')
  })

  it('replaces what it restored by whatever comes first: the same, less, or nothing', async () => {
    for (const [answer, expected] of [
      [json({ a: 1 }), { status: 'ok', version: expect.anything() }],
      [json({}), { status: 'ok', version: expect.anything() }],
      [ABSENT, { status: 'absent' }],
      // Nothing was deployed.
      [{ kind: 'unchanged', nextPollMs: 60_000 } as PollResult, { status: 'absent' }],
    ] as const) {
      const layers = ['default', layer('extra', { optional: true })]
      const { store } = await backedUp({ default: json({ b: 1 }), extra: json({ a: 1 }) }, { layers })
      const answers: Answers = { default: DOWN, extra: DOWN }
      const { client, clock } = processOn(store, answers, { layers })
      expect(await client.resolve('t-01')).toEqual({ a: 1, b: 1 })
      answers['extra'] = answer
      clock.advance(2000)
      await until(() => documentOf(client, 'extra')?.checkedAtMs !== undefined)
      expect(documentOf(client, 'extra')).toMatchObject(expected)
      await turns()
      expect(client.peek('t-01')).toEqual(
        answer.kind === 'content' && answer.body.length > 2 ? { a: 1, b: 1 } : { b: 1 },
      )
    }
  })

  it('knows that an optional document was absent', async () => {
    const layers = ['default', ({ id }: { id: string }) => layer(`tenant-${id}`, { optional: true })]
    const { store } = await backedUp({ default: json({ a: 1 }) }, { layers })
    const { client } = processOn(
      store,
      { default: DOWN, 'tenant-t-01': DOWN, 'tenant-t-02': DOWN },
      { layers },
    )
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    // Of this one nothing is known: it may have a restriction of its own.
    await expect(client.resolve('t-02')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
  })

  it('does not take the absence of what is now required from the backup', async () => {
    const { store } = await backedUp(
      { default: json({ a: 1 }) },
      { layers: ['default', layer('extra', { optional: true })] },
    )
    const { client } = processOn(store, { default: DOWN, extra: DOWN }, { layers: ['default', 'extra'] })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ cause: { code: 'SOURCE_FAILED' } })
  })
})

describe('a client whose source hangs', () => {
  it('serves the backup half a second after the first request', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const { client, clock, events } = processOn(store, { default: 'hangs' })
    let answers = 0
    const count = (config: unknown): void => {
      expect(config).toEqual({ a: 1 })
      answers++
    }
    void client.resolve('t-01').then(count)
    await turns()
    clock.advance(400)
    void client.resolve('t-02').then(count)
    await turns()
    clock.advance(99)
    await turns()
    expect(answers).toBe(0)
    clock.advance(1)
    await until(() => answers === 2)
    expect(events).toEqual([
      ['stale', 'default'],
      ['change', 'default'],
    ])
    expect(documentOf(client)).toMatchObject({ status: 'stale', restoredFromMs: START_MS })
    expect(await client.resolve('t-03')).toEqual({ a: 1 })
  })

  it('waits for the source where there is no backup', async () => {
    const { client, clock } = processOn(storeInMemory().store, { default: 'hangs' })
    const outcome = client.resolve('t-01').catch(({ code }) => code)
    await turns()
    clock.advance(500)
    await turns()
    clock.advance(1500)
    expect(await outcome).toBe('CONFIG_UNAVAILABLE')
  })

  it('and its store too answers when the time is over, and closes at once', async () => {
    const { client, clock } = processOn({ get: never, set: never }, { default: 'hangs' })
    const outcome = client.resolve('t-01').catch(({ code }) => code)
    await turns()
    clock.advance(2000)
    expect(await outcome).toBe('CONFIG_UNAVAILABLE')
    await client.close()
  })
})

describe('a client whose source answers', () => {
  it('never reads the backup in place of the answer, however late that is', async () => {
    const { store } = await backedUp({ default: json({ a: 'old' }) })
    const { client, clock } = processOn(store, { default: json({ a: 'new' }) })
    expect(await client.resolve('t-01')).toEqual({ a: 'new' })
    clock.advance(500)
    await turns()
    expect(client.peek('t-01')).toEqual({ a: 'new' })
    expect(documentOf(client)?.restoredFromMs).toBeUndefined()
  })

  it('drops the backup that is still being read when the answer comes', async () => {
    const { held } = await backedUp({ default: json({ a: 'old' }) })
    let [giveBackup, answer] = [(): void => {}, (_: PollResult): void => {}]
    const slow = {
      get: (key: string) => new Promise((resolve) => (giveBackup = () => resolve(held.get(key)))),
      set: () => true,
    }
    const source: Source = {
      name: 'slow',
      open: () => ({ poll: () => new Promise((resolve) => (answer = resolve)) }),
    }
    const { client, clock } = processOn(slow, {}, { source })
    const resolved = client.resolve('t-01')
    await turns()
    clock.advance(500)
    await turns()
    answer(json({ a: 'new' }))
    expect(await resolved).toEqual({ a: 'new' })
    giveBackup()
    await turns()
    expect(client.peek('t-01')).toEqual({ a: 'new' })
    expect(documentOf(client)).toMatchObject({ status: 'ok', restoredFromMs: undefined })
  })

  it('with a content that can’t be read, serves the last known good of the backup', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const garbage: PollResult = {
      kind: 'content',
      body: bytesOf('{"a":'),
      contentType: 'application/json',
      nextPollMs: 60_000,
    }
    const answers: Answers = { default: garbage }
    const { client, clock } = processOn(store, answers)
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    expect(documentOf(client)).toMatchObject({ status: 'rejected', restoredFromMs: START_MS })
    answers['default'] = json({ a: 2 })
    clock.advance(70_000)
    await until(() => client.health().status === 'ok')
    expect(client.peek('t-01')).toEqual({ a: 2 })
  })
})

describe('a backup that can’t be used', () => {
  const unusable = async (
    memory: ReturnType<typeof storeInMemory>,
    options: Partial<AppConfigOptions> = {},
    startMs = START_MS,
  ) => {
    const { client, events } = processOn(memory.store, { default: DOWN }, options, startMs)
    const outcome = await client.resolve('t-01').catch((error) => error.code)
    return { outcome, codes: events.flatMap(([, , code]) => (code === undefined ? [] : [code])) }
  }
  const damage = (memory: ReturnType<typeof storeInMemory>, change: (text: string) => string) => {
    for (const [key, text] of memory.held) memory.held.set(key, change(text))
    return memory
  }

  it('because it is damaged is ignored, with an event', async () => {
    const memory = damage(await backedUp({ default: json({ a: 1 }) }), (text) => text.slice(0, -8))
    expect(await unusable(memory)).toEqual({
      outcome: 'CONFIG_UNAVAILABLE',
      codes: ['SOURCE_FAILED', 'BACKUP_UNUSABLE'],
    })
  })

  it('because it is another document’s is ignored, with an event', async () => {
    const memory = await backedUp({ default: json({ a: 1 }), ops: json({}) }, { layers: ['default', 'ops'] })
    const [one, other] = [...memory.held.keys()] as [string, string]
    const [a, b] = [memory.held.get(one) as string, memory.held.get(other) as string]
    memory.held.set(one, b).set(other, a)
    expect((await unusable(memory)).codes).toContain('BACKUP_UNUSABLE')
  })

  it('because it is too old is ignored, with an event', async () => {
    const memory = await backedUp({ default: json({ a: 1 }) })
    const week = 604_800_000
    expect(await unusable(memory, {}, START_MS + week)).toMatchObject({ outcome: { a: 1 } })
    expect((await unusable(memory, {}, START_MS + week + 1)).codes).toContain('BACKUP_UNUSABLE')
  })

  it('because it is larger than this process takes is ignored, with an event', async () => {
    const memory = await backedUp({ default: json({ a: 'x'.repeat(100) }) })
    expect((await unusable(memory, { maxDocumentBytes: 50 })).codes).toContain('BACKUP_UNUSABLE')
  })

  it('because the schema refuses it is not served, and start() waits for the source', async () => {
    const memory = await backedUp({ default: json({ a: 1 }) })
    const schema = z.object({ a: z.string() }) as never
    expect(await unusable(memory, { schema })).toEqual({
      outcome: 'CONFIG_UNAVAILABLE',
      codes: ['SOURCE_FAILED', 'BACKUP_UNUSABLE'],
    })
    const answers: Answers = { default: DOWN }
    const { client, clock } = processOn(memory.store, answers, { schema })
    const started = client.start()
    await turns()
    answers['default'] = json({ a: 'text' })
    clock.advance(2000)
    await started
    expect(await client.resolve('t-01')).toEqual({ a: 'text' })
  })

  it('never stops a client whose source answers', async () => {
    const memory = damage(await backedUp({ default: json({ a: 1 }) }), () => 'nonsense')
    const { client, events } = processOn(memory.store, { default: json({ a: 2 }) })
    expect(await client.resolve('t-01')).toEqual({ a: 2 })
    await client.close()
    expect(events.filter(([name]) => name === 'failure')).toEqual([])
    const { client: next } = processOn(memory.store, { default: DOWN })
    expect(await next.resolve('t-01')).toEqual({ a: 2 })
  })
})

describe('a fleet on one store', () => {
  it('restores what was confirmed last: a rollback is not undone', async () => {
    const memory = await backedUp({ default: json({ a: 'old' }) })
    const ahead = processOn(memory.store, { default: json({ a: 'new' }) }, {}, START_MS + 1000)
    const back = processOn(memory.store, { default: json({ a: 'old' }) }, {}, START_MS + 120_000)
    await ahead.client.resolve('t-01')
    await back.client.resolve('t-01')
    await back.client.close()
    // Its content was confirmed before the rollback, and it is written after it.
    await ahead.client.close()
    const { client } = processOn(memory.store, { default: DOWN }, {}, START_MS + 180_000)
    expect(await client.resolve('t-01')).toEqual({ a: 'old' })
  })
})

describe('a client without failures', () => {
  it('writes a few times a day, however many requests and polls there are', async () => {
    const memory = storeInMemory()
    const { client, clock } = processOn(memory.store, { default: json({ a: 1 }) })
    await client.resolve('t-01')
    for (let minute = 0; minute < 240; minute++) {
      clock.advance(66_000)
      await turns()
      client.peek('t-01')
    }
    expect(memory.sets()).toBeGreaterThanOrEqual(4)
    expect(memory.sets()).toBeLessThanOrEqual(10)
  })

  it('writes nothing that no tenant was served with', async () => {
    const memory = storeInMemory()
    const layers = ['default', ({ id }: { id: string }) => `tenant-${id}`]
    const schema = z.object({ a: z.number(), b: z.number() }) as never
    const answers = { default: json({ a: 1 }), 'tenant-t-01': json({ b: 2 }) }
    const { client } = processOn(memory.store, answers, { layers, schema })
    await client.start()
    await client.close()
    expect(memory.sets()).toBe(0)
  })
})

describe('the option backup', () => {
  it.each<[unknown, string]>([
    [{}, 'backup must be given either a directory or a store'],
    [{ directory: 'a', store: new Map() }, 'backup must be given either a directory or a store'],
    [{ directory: '' }, 'backup.directory must be the path of a folder'],
    [{ store: {} }, 'backup.store must be a Keyv, or an object with the methods get and set'],
    [{ directory: 'a', encrypt: 'aes' }, 'backup.encrypt must be a function'],
    [{ directory: 'a', encrypt: (bytes: Uint8Array) => bytes }, 'both encrypt and decrypt'],
    [{ directory: 'a', maxAgeSeconds: 0 }, 'backup.maxAgeSeconds must be a whole number of at least 1'],
    [{ folder: 'a' }, 'backup has no option "folder"'],
    ['a', 'backup takes an object of options'],
  ])('%j is refused', (backup, problem) => {
    expect(() =>
      createAppConfig({
        application: 'a',
        environment: 'e',
        layers: ['l'],
        source: settableSource({}),
        backup: backup as never,
      }),
    ).toThrow(problem)
  })
})
