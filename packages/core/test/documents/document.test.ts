/** What comes of the answers of a source: intervals, absence, nonsense. */
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  dynamicConfig,
  type EventName,
  layer,
  memory,
  type PollResult,
  type Source,
} from '../../src/index.ts'
import { type ManualClock, manualClock } from '../../src/manual-clock.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

const turns = async () => {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve))
}

function clientOf(source: Source, options: Partial<AppConfigOptions> = {}) {
  const clock = manualClock()
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    clock,
    ...(options as AppConfigOptions<undefined>),
    source,
  })
  clients.push(client)
  const events: string[] = []
  for (const name of ['change', 'rejected', 'failure', 'stale', 'recovered'] satisfies EventName[])
    client.on(name, ({ document }) => void events.push(`${name} ${document.profile}`))
  return { client, events, clock }
}

type Answer = PollResult | Error
const json = (value: unknown): PollResult => ({
  kind: 'content',
  body: new TextEncoder().encode(JSON.stringify(value)),
  contentType: 'application/json',
  nextPollMs: 60_000,
})

/** A source that gives these answers, the last one for ever, by profile. */
function scripted(answers: Record<string, Answer[]>) {
  const polls: Record<string, number> = {}
  const source: Source = {
    name: 'scripted',
    open: ({ profile }) => ({
      async poll() {
        polls[profile] = (polls[profile] ?? 0) + 1
        const script = answers[profile] ?? []
        const answer = (script.length > 1 ? script.shift() : script[0]) ?? {
          kind: 'absent',
          nextPollMs: 300_000,
        }
        if (answer instanceof Error) throw answer
        return answer
      },
    }),
  }
  return { source, polls }
}

async function pollsIn(clock: ManualClock, seconds: number): Promise<void> {
  for (let i = 0; i < seconds * 4; i++) {
    clock.advance(250)
    await new Promise((resolve) => setImmediate(resolve))
  }
}

describe('an interval', () => {
  it.each([
    ['0', 0, 1],
    ['negative', -5, 1],
    ['no number', Number.NaN, 1],
    ['endless', Number.POSITIVE_INFINITY, 1],
    ['a millisecond', 1, 10],
  ])('that is %s leads to no more than one poll a second', async (_, nextPollMs, most) => {
    const { source, polls } = scripted({ default: [{ ...json({ a: 1 }), nextPollMs } as PollResult] })
    const { client, clock } = clientOf(source)
    await client.start()
    await pollsIn(clock, 10)
    expect(polls['default']).toBeGreaterThanOrEqual(1)
    expect(polls['default']).toBeLessThanOrEqual(most + 1)
  })

  it('of a year is a day', async () => {
    const { source, polls } = scripted({
      default: [{ ...json({ a: 1 }), nextPollMs: 365 * 86_400_000 } as PollResult],
    })
    const { client, clock } = clientOf(source)
    await client.start()
    clock.advance(1.2 * 86_400_000)
    await turns()
    expect(polls['default']).toBe(2)
  })

  it('and the delay to the next poll are two things: an outage after a short delay is not asked about in a hurry', async () => {
    const first = { ...json({ a: 1 }), nextPollMs: 1, intervalMs: 60_000 } as PollResult
    const { source, polls } = scripted({ default: [first, new Error('outage')] })
    const { client, clock } = clientOf(source)
    await client.start()
    await pollsIn(clock, 50)
    expect(polls['default']).toBe(2)
  })
})

describe('a document that was served and then does not exist', () => {
  it('is served on where it is required, degrades health, and is asked for again at the next interval', async () => {
    const { source, polls } = scripted({
      default: [json({ a: 1 }), { kind: 'absent', nextPollMs: 300_000 }, json({ a: 1 })],
    })
    const { client, clock, events } = clientOf(source)
    await client.start()
    await pollsIn(clock, 70)
    expect(polls['default']).toBe(2)
    expect(client.health()).toMatchObject({ status: 'degraded', documents: [{ status: 'absent' }] })
    expect(await client.resolve('t-cold')).toEqual({ a: 1 })
    await pollsIn(clock, 70)
    expect(polls['default']).toBe(3)
    expect(client.health().status).toBe('ok')
    expect(events).toEqual(['change default', 'change default', 'change default'])
  })

  it('goes away where it is optional', async () => {
    const { source } = scripted({
      default: [json({ a: 1 })],
      extra: [json({ b: 1 }), { kind: 'absent', nextPollMs: 300_000 }],
    })
    const { client, clock } = clientOf(source, { layers: ['default', layer('extra', { optional: true })] })
    expect(await client.resolve()).toEqual({ a: 1, b: 1 })
    await pollsIn(clock, 70)
    expect(await client.resolve()).toEqual({ a: 1 })
    expect(client.health().status).toBe('ok')
  })

  it('makes a tenant that comes back unknown when that was said twice, not at once', async () => {
    const source = memory({ default: {}, 'tenant-a': { own: 1 } })
    const { client, clock } = clientOf(source, {
      layers: ['default', (t) => `tenant-${t.id}`],
      idleTimeoutSeconds: 60,
    })
    await client.resolve('a')
    source.remove('tenant-a')
    await turns()
    clock.advance(100_000)
    expect(client.health().warmTenants).toBe(0)
    await expect(client.resolve('a')).rejects.toMatchObject({ code: 'TENANT_UNKNOWN' })
  })
})

describe('an empty answer', () => {
  it('means that nothing is deployed before any content, and nothing new after it', async () => {
    const empty: PollResult = { kind: 'unchanged', nextPollMs: 60_000 }
    const { source } = scripted({ default: [json({ a: 1 }), empty], extra: [empty], needed: [empty] })
    const { client, clock } = clientOf(source, { layers: ['default', layer('extra', { optional: true })] })
    await client.start()
    await pollsIn(clock, 70)
    expect(await client.resolve()).toEqual({ a: 1 })
    const { client: other } = clientOf(source, { layers: ['needed'] })
    await expect(other.start()).rejects.toMatchObject({ cause: { code: 'DOCUMENT_ABSENT' } })
  })

  it('takes nothing away from a tenant whose session was opened anew', async () => {
    const empty: PollResult = { kind: 'unchanged', nextPollMs: 60_000 }
    for (const optional of [true, false]) {
      const { source, polls } = scripted({
        default: [json({ exports: true })],
        'tenant-a': [json({ exports: false }), empty],
      })
      const { client, clock } = clientOf(source, {
        layers: ['default', (t) => layer(`tenant-${t.id}`, { optional })],
        idleTimeoutSeconds: 60,
      })
      expect(await client.resolve('a')).toEqual({ exports: false })
      clock.advance(200_000)
      expect(client.health().warmTenants).toBe(0)
      expect(await client.resolve('a')).toEqual({ exports: false })
      expect(polls['tenant-a']).toBeGreaterThan(1)
    }
  })
})

describe('nonsense', () => {
  const nonsense: [string, string, string | undefined][] = [
    ['a page of a proxy', '<html>no</html>', 'text/html'],
    ['torn JSON without a content type', '{"killSwitch":{"enab', undefined],
    ['torn octets', '{"killSwitch":{"enab', 'application/octet-stream'],
    ['null', 'null', 'application/json'],
    ['a number', '5', 'application/json'],
    ['a list', '[]', 'application/json'],
    ['a text', '"oops"', 'application/json'],
    ['nothing but comments', '# killSwitch: true\n', 'application/x-yaml'],
    ['nothing but markers', '---\n...\n', 'application/x-yaml'],
  ]
  it.each(nonsense)('%s never replaces a configuration', async (_, text, contentType) => {
    const answer = {
      kind: 'content' as const,
      body: new TextEncoder().encode(text),
      contentType,
      nextPollMs: 60_000,
    }
    const { source } = scripted({ default: [json({ killSwitch: true }), answer] })
    const { client, clock, events } = clientOf(source)
    await client.start()
    await pollsIn(clock, 70)
    // The parser of YAML is loaded when it is first needed.
    await vi.waitFor(() => expect(events).toHaveLength(2))
    expect(await client.resolve()).toEqual({ killSwitch: true })
    expect(events).toEqual(['change default', 'rejected default'])
    expect(client.health()).toMatchObject({ status: 'degraded', documents: [{ status: 'rejected' }] })
  })

  it('that has not changed is no absence: nobody is served without the layer, and no tenant is unknown', async () => {
    const broken: PollResult = {
      ...json({}),
      body: new TextEncoder().encode('{"exports": fal'),
    } as PollResult
    const empty: PollResult = { kind: 'unchanged', nextPollMs: 60_000 }
    for (const optional of [true, false]) {
      const answers = { default: [json({ exports: true })], 'tenant-a': [broken, empty] }
      const { source, polls } = scripted(answers)
      const { client, clock } = clientOf(source, {
        layers: ['default', (t) => layer(`tenant-${t.id}`, { optional })],
      })
      for (const poll of [1, 2]) {
        await expect(client.resolve('a')).rejects.toMatchObject({
          code: 'CONFIG_UNAVAILABLE',
          cause: { code: 'DOCUMENT_INVALID' },
        })
        expect(polls['tenant-a']).toBe(poll)
        await pollsIn(clock, 70)
      }
      expect(client.health()).toMatchObject({ status: 'degraded', tenantDocuments: { rejected: 1 } })
    }
  })

  it('texts and lists are for a layer that says so, and for dynamicConfig; null is for nobody', async () => {
    const source = memory({ prompt: '"Be brief."', list: '[1,2]', nothing: 'null' })
    const { client } = clientOf(source, { layers: [layer('prompt', { content: 'any' })] })
    expect(await client.resolve()).toBe('Be brief.')
    const list = await dynamicConfig({ application: 'a', environment: 'e', profile: 'list', source })
    expect(list.current).toEqual([1, 2])
    await list.close()
    await expect(
      dynamicConfig({ application: 'a', environment: 'e', profile: 'nothing', source }),
    ).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
  })

  it('the layer that is no object is blamed, and no other', async () => {
    const source = memory({ prompt: '"Be brief."', default: {} })
    const { client } = clientOf(source, { layers: [layer('prompt', { content: 'any' }), 'default'] })
    await expect(client.start()).rejects.toThrow('api/prod/prompt: only objects')
  })
})

describe('what is told of a document', () => {
  it('two bad deployments in a row say no `recovered` between', async () => {
    const schema = (await import('zod')).z.looseObject({ a: (await import('zod')).z.number() })
    const source = memory({ default: { a: 1 } })
    const { client, events } = clientOf(source, { schema })
    await client.start()
    for (const bad of ['{"a":', { a: 'x' }, { a: 'y' }]) {
      source.publish('default', bad)
      await turns()
    }
    expect(events.filter((event) => !event.startsWith('change'))).toEqual(Array(3).fill('rejected default'))
    source.publish('default', { a: 2 })
    await turns()
    expect(events.slice(-2)).toEqual(['change default', 'recovered default'])
  })

  it('one bad shared document is one `rejected`, not one for each tenant', async () => {
    const { z } = await import('zod')
    const sections = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`t-${i}`, { own: i }]))
    const source = memory({ default: { a: 1 }, sections })
    const { client, events } = clientOf(source, {
      schema: z.looseObject({ a: z.number() }),
      layers: ['default', layer('sections', { section: (t) => t.id })],
    })
    for (let i = 0; i < 50; i++) await client.resolve(`t-${i}`)
    source.publish('default', { a: 'x' })
    await turns()
    expect(events.filter((event) => event.startsWith('rejected'))).toEqual(['rejected default'])
  })

  it('the same bytes with another content type are another content', async () => {
    const source = memory()
    source.publish('default', '{"a":1}', { contentType: 'text/plain' })
    const { client } = clientOf(source, { layers: [layer('default', { content: 'any' })] })
    expect(await client.resolve()).toBe('{"a":1}')
    source.publish('default', '{"a":1}', { contentType: 'application/json' })
    await turns()
    expect(await client.resolve()).toEqual({ a: 1 })
  })

  it('null takes a key away in the lowest layer that is there, too', async () => {
    const layers = [layer('default', { optional: true }), 'tenant', layer('top', { optional: true })]
    const { client } = clientOf(memory({ tenant: { limit: null, a: 1, deep: { b: null, c: [null] } } }), {
      layers,
    })
    expect(await client.resolve()).toEqual({ a: 1, deep: { c: [null] } })
    const { client: other } = clientOf(memory({ tenant: { a: 1 } }), { layers, defaults: { a: 0, b: null } })
    expect(await other.resolve()).toEqual({ a: 1 })
  })
})
