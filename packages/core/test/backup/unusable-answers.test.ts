/** A client that starts while its source answers, with something that can't be used. */
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { layer, type PollResult } from '../../src/index.ts'
import { json, never, storeInMemory, turns, until } from './backups.ts'
import { ABSENT, type Answers, backedUp, DOWN, documentOf, processOn, START_MS } from './processes.ts'

const schema = z.looseObject({ a: z.number() }) as never
const REFUSED = json({ a: 'text' })
const own = ({ id }: { id: string }) => `tenant-${id}`
const namesOf = (events: readonly (readonly [string, string, string?])[]) =>
  events.map((event) => event.join(' '))

describe('a client whose first content the schema refuses', () => {
  it('serves the last known good of the backup, says so, and moves on', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) }, { schema })
    const answers: Answers = { default: REFUSED }
    const { client, clock, events, logged } = processOn(store, answers, { schema })
    // The clock does not move.
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    await turns()
    expect(client.peek('t-01')).toEqual({ a: 1 })
    expect(client.health().status).toBe('degraded')
    expect(documentOf(client)).toMatchObject({ status: 'rejected', restoredFromMs: START_MS })
    expect(namesOf(events)).toEqual(['change default', 'rejected default CONFIG_INVALID', 'stale default'])
    expect(logged.filter((text) => text.includes('RESTORED'))).toHaveLength(1)

    // Another bad version changes nothing.
    answers['default'] = json({ a: 'other text' })
    clock.advance(70_000)
    await until(() => events.length > 4)
    await turns()
    expect(client.peek('t-01')).toEqual({ a: 1 })
    expect(documentOf(client)).toMatchObject({ status: 'rejected', restoredFromMs: START_MS })

    answers['default'] = json({ a: 2 })
    clock.advance(70_000)
    await until(() => client.health().status === 'ok')
    expect(client.peek('t-01')).toEqual({ a: 2 })
    expect(documentOf(client)).toMatchObject({ status: 'ok', restoredFromMs: undefined })
    expect(namesOf(events).slice(3)).toEqual([
      'change default',
      'rejected default CONFIG_INVALID',
      'change default',
      'recovered default',
    ])
    expect(logged.at(-1)).toContain('RECOVERED')
  })

  it('starts', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) }, { schema })
    const { client } = processOn(store, { default: REFUSED }, { schema })
    await client.start()
    expect(client.peek('t-01') ?? (await client.resolve('t-01'))).toEqual({ a: 1 })
  })

  it('never writes it: the process after it serves the last known good too', async () => {
    const { store } = await backedUp({ default: json({ a: 1 }) }, { schema })
    const { client: second } = processOn(store, { default: REFUSED }, { schema })
    await second.resolve('t-01')
    await second.close()
    const { client: third } = processOn(store, { default: DOWN }, { schema })
    expect(await third.resolve('t-01')).toEqual({ a: 1 })
  })

  it('serves the newest of all other documents', async () => {
    const layers = ['default', own]
    const before = { default: json({ a: 1, b: 1 }), 'tenant-t-01': json({ a: 2 }) }
    const { store } = await backedUp(before, { schema, layers })
    const now = { default: json({ a: 1, b: 2 }), 'tenant-t-01': REFUSED }
    const { client, events } = processOn(store, now, { schema, layers })
    expect(await client.resolve('t-01')).toEqual({ a: 2, b: 2 })
    await turns()
    expect(documentOf(client)).toMatchObject({ status: 'ok', restoredFromMs: undefined })
    expect(documentOf(client, 'tenant-t-01')).toMatchObject({ status: 'rejected', restoredFromMs: START_MS })
    expect(namesOf(events).filter((event) => event.startsWith('stale'))).toEqual(['stale tenant-t-01'])
  })

  it('serves it to requests without a tenant, whoever asks first', async () => {
    const layers = ['default', (tenant: { id: string }) => layer(own(tenant), { optional: true })]
    const { store } = await backedUp({ default: json({ a: 1 }) }, { schema, layers })
    const { client } = processOn(store, { default: REFUSED }, { schema, layers })
    await client.start()
    expect(await client.resolve(null)).toEqual({ a: 1 })
  })

  it('and whose backup the schema refuses, or that has none, answers at once that there is nothing', async () => {
    const other = await backedUp({ default: json({ a: 'old text' }) })
    for (const { store } of [other, storeInMemory()]) {
      const { client } = processOn(store, { default: REFUSED }, { schema })
      await expect(client.resolve('t-01')).rejects.toMatchObject({ cause: { code: 'CONFIG_INVALID' } })
      await expect(client.start()).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    }
  })

  it('and whose store hangs answers when the time is over', async () => {
    const { client, clock } = processOn({ get: never, set: never }, { default: REFUSED }, { schema })
    const outcome = client.resolve('t-01').catch(({ code }) => code)
    await turns()
    clock.advance(2000)
    expect(await outcome).toBe('CONFIG_UNAVAILABLE')
  })

  it('asks a store that fails again, for the next request', async () => {
    const { held } = await backedUp({ default: json({ a: 1 }) }, { schema })
    let isFailing = true
    const store = {
      async get(key: string) {
        if (isFailing) throw new Error('no connection')
        return held.get(key)
      },
      set: () => true,
    }
    const { client } = processOn(store, { default: REFUSED }, { schema })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    isFailing = false
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
  })
})

describe('a client whose source says at the start that a document does not exist', () => {
  const NOTHING_DEPLOYED: PollResult = { kind: 'unchanged', nextPollMs: 60_000 }

  it.each([
    ['it does not exist', ABSENT],
    ['nothing is deployed', NOTHING_DEPLOYED],
  ])('serves the backup of what all need: %s', async (_, answer) => {
    const { store } = await backedUp({ default: json({ a: 1 }) })
    const answers: Answers = { default: answer }
    const { client, clock, logged } = processOn(store, answers)
    await client.start()
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
    expect(client.health().status).toBe('degraded')
    expect(documentOf(client)).toMatchObject({ status: 'absent', restoredFromMs: START_MS })
    expect(logged.filter((text) => text.includes('RESTORED'))).toHaveLength(1)
    clock.advance(70_000)
    await until(() => documentOf(client)?.checkedAtMs === START_MS + 70_000)
    expect(client.peek('t-01')).toEqual({ a: 1 })
    // Nothing has confirmed the backup.
    expect(documentOf(client)).toMatchObject({ status: 'absent', restoredFromMs: START_MS })
    answers['default'] = json({ a: 2 })
    clock.advance(70_000)
    await until(() => client.health().status === 'ok')
    expect(client.peek('t-01')).toEqual({ a: 2 })
  })

  it('believes it of what is optional', async () => {
    const layers = ['default', layer('extra', { optional: true })]
    const { store } = await backedUp({ default: json({ a: 1 }), extra: json({ b: 1 }) }, { layers })
    const { client } = processOn(store, { default: json({ a: 1 }), extra: ABSENT }, { layers })
    expect(await client.resolve('t-01')).toEqual({ a: 1 })
  })

  it('believes it of what is one tenant’s: the tenant is unknown', async () => {
    const layers = ['default', own]
    const { store } = await backedUp({ default: json({ a: 1 }), 'tenant-t-01': json({ b: 1 }) }, { layers })
    const { client } = processOn(store, { default: json({ a: 1 }), 'tenant-t-01': ABSENT }, { layers })
    await expect(client.resolve('t-01')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
  })
})
