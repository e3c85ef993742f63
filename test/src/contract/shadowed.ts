/**
 * The other side of a flag runs beside the one that answers, and changes nothing of the answer.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AppConfigClient, type AppConfigEvents, createAppConfig, memory } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AdapterUnderTest, RunningServer } from './describe-adapter.ts'
import { startWith } from './start-with.ts'

type Told = AppConfigEvents['shadow']

/** The options of the contract's route. */
export const SHADOW = { sample: 1, maxInFlight: 2, timeoutMs: 200, whileFlag: 'shadowing' } as const

const OTHER_PRICE = 271828

/** Which side has run, in turn. */
const ran: string[] = []

/** What a side of the contract's route answers. The new one does what the query says. */
export async function answerShadowed(side: 'old' | 'new', url: string, limit: unknown): Promise<object> {
  const does = new URL(url, 'http://any').searchParams.get('new')
  ran.push(side)
  if (side === 'new' && does === 'throws') throw new TypeError('the text of which is private')
  if (side === 'new' && does === 'hangs') return new Promise(() => {})
  await sleep(1)
  return { limit, items: [{ price: side === 'new' && does === 'differs' ? OTHER_PRICE : 1 }] }
}

export function describeShadows(name: string, { start }: AdapterUnderTest): void {
  describe(`${name} and both sides of a flag:`, () => {
    let client: AppConfigClient
    let server: RunningServer
    let told: Told[]
    const source = memory({ default: { featureA: false, shadowing: true, limit: 5 } })

    beforeEach(async () => {
      told = []
      ran.length = 0
      source.publish('default', { featureA: false, shadowing: true, limit: 5 })
      client = createAppConfig({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source,
        logger: false,
      })
      await client.start()
      client.on('shadow', (event) => told.push(event))
      server = await startWith(start, client)
    })
    afterEach(async () => {
      await server.close()
      await client.close()
    })

    async function ask(query: string, method = 'GET') {
      const response = await fetch(new URL(`/shadowed?new=${query}`, server.url), { method })
      return { status: response.status, body: await response.text() }
    }
    const eventually = (count: number) => expect.poll(() => told.length).toBe(count)
    const OLD = { status: 200, body: '{"limit":5,"items":[{"price":1}]}' }

    it('the same answer of both sides', async () => {
      expect(await ask('same')).toEqual(OLD)
      await eventually(1)
      expect(told[0]).toMatchObject({ flag: 'featureA', answeredBy: 'old', outcome: 'same', paths: [] })
      expect(ran).toEqual(['old', 'new'])
    })

    it('differences are told by path, whichever side answers', async () => {
      expect(await ask('differs')).toEqual(OLD)
      await eventually(1)
      source.publish('default', { featureA: true, shadowing: true, limit: 5 })
      expect(await ask('differs')).toEqual({
        status: 200,
        body: `{"limit":5,"items":[{"price":${OTHER_PRICE}}]}`,
      })
      await eventually(2)
      expect(told).toMatchObject([
        { answeredBy: 'old', outcome: 'different', paths: ['body.items[0].price'] },
        { answeredBy: 'new', outcome: 'different', paths: ['body.items[0].price'] },
      ])
      expect(JSON.stringify(told)).not.toContain(String(OTHER_PRICE))
      expect(ran).toEqual(['old', 'new', 'new', 'old'])
    })

    it('a side that throws or hangs does not change the answer', async () => {
      expect(await ask('throws')).toEqual(OLD)
      await eventually(1)
      expect(await ask('hangs')).toEqual(OLD)
      await eventually(2)
      expect(told).toMatchObject([
        { outcome: 'failed', error: 'TypeError' },
        { outcome: 'late', error: undefined },
      ])
      expect(JSON.stringify(told)).not.toContain('private')
    })

    it('no more than some at once', async () => {
      await Promise.all(['hangs', 'hangs', 'hangs'].map((query) => ask(query)))
      await eventually(3)
      expect(told.map(({ outcome }) => outcome).sort()).toEqual(['dropped', 'late', 'late'])
      expect(ran.filter((side) => side === 'new')).toHaveLength(2)
    })

    it('neither for other methods nor while its own flag is off', async () => {
      expect((await ask('same', 'POST')).body).toBe(OLD.body)
      source.publish('default', { featureA: false, shadowing: false, limit: 5 })
      expect(await ask('same')).toEqual(OLD)
      source.publish('default', { featureA: false, shadowing: true, limit: 5 })
      expect(await ask('same')).toEqual(OLD)
      await eventually(1)
      expect(ran).toEqual(['old', 'old', 'old', 'new'])
    })

    it('a failure of the answering side stays the answer', async () => {
      source.publish('default', { featureA: true, shadowing: true, limit: 5 })
      expect((await ask('throws')).status).toBe(500)
      await eventually(1)
      expect(told[0]?.outcome).not.toBe('same')
      expect(told[0]?.outcome).not.toBe('failed')
    })
  })
}
