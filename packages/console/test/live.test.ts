import { manualClock } from '@appconfig-kit/core/testing'
import { expect, it } from 'vitest'
import type { Deployments } from '../src/index.ts'
import { createWorld, post, serveConsole } from './served.ts'

/** The stream, and what has come of it so far. */
async function open(url: string) {
  const abort = new AbortController()
  const response = await fetch(`${url}/events`, { signal: abort.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  return {
    status: response.status,
    leave: () => abort.abort(),
    async until(pattern: RegExp): Promise<void> {
      while (!pattern.test(text)) {
        const { done, value } = await reader.read()
        if (done) throw new Error(`ended before ${pattern}, after ${JSON.stringify(text)}`)
        text += Buffer.from(value).toString()
      }
    },
    async untilEnd(): Promise<string> {
      for (;;) {
        const { done, value } = await reader.read()
        if (done) return text
        text += Buffer.from(value).toString()
      }
    },
  }
}

const NONE: Deployments = { list: async () => [] }

it('a stream tells that documents have changed, and nothing of them', async () => {
  const { client, source } = await createWorld()
  const { url, router } = await serveConsole(client)
  const stream = await open(url)

  source.publish('default', { model: 'gpt' })

  await stream.until(/event: documents\ndata: {}\n\n/)
  router.close()
  expect(await stream.untilEnd()).not.toContain('gpt')
})

it('streams are ended after five minutes, so that their people are authorized again', async () => {
  const clock = manualClock()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { clock })
  const stream = await open(url)
  await stream.until(/:/)

  clock.advance(300_000)

  expect(await stream.untilEnd()).toBe(':\n\n')
})

it('there are twenty streams, and room for another when one has ended', async () => {
  const { client } = await createWorld()
  const { url, router } = await serveConsole(client)
  const streams = await Promise.all(Array.from({ length: 20 }, () => open(url)))
  expect((await fetch(`${url}/events`)).status).toBe(503)

  streams[0]?.leave()

  await expect.poll(async () => (await open(url)).status, { timeout: 5000 }).toBe(200)
  router.close()
})

it('deployments are asked for while somebody looks, and no longer', async () => {
  const clock = manualClock()
  const { client } = await createWorld()
  let [looks, tellLook] = [0, (): void => {}]
  const deployments: Deployments = {
    async list() {
      looks++
      tellLook()
      return []
    },
  }
  const { url } = await serveConsole(client, { clock, deployments, lookEveryMs: 1000 })
  const looked = () =>
    new Promise<void>((resolve) => {
      tellLook = resolve
    })
  clock.advance(60_000)
  expect(looks).toBe(0)

  const first = looked()
  const stream = await open(url)
  await first
  for (const expected of [2, 3]) {
    const next = looked()
    // What follows a look is a turn later.
    await new Promise((resolve) => setImmediate(resolve))
    clock.advance(1000)
    await next
    expect(looks).toBe(expected)
  }

  stream.leave()
  const seen = looks
  await expect
    .poll(async () => {
      const before = looks
      clock.advance(1000)
      await new Promise((resolve) => setImmediate(resolve))
      return looks - before
    })
    .toBe(0)
  expect(looks - seen).toBeLessThan(5)
})

it('a failure of deployments is told by its name', async () => {
  const { client } = await createWorld()
  const deployments: Deployments = {
    list: () => Promise.reject(Object.assign(new Error('token=hunter2'), { name: 'AccessDenied' })),
  }
  const { url } = await serveConsole(client, { deployments })
  const text = await (await fetch(`${url}/state`)).text()
  expect(text).toContain('AppConfig could not be asked for deployments: AccessDenied.')
  expect(text).not.toContain('hunter2')
})

it('ten tenants are loaded a minute', async () => {
  const clock = manualClock()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { clock, loadTenants: true, deployments: NONE })
  const load = async (id: string) => (await post(`${url}/load`, { tenant: { id } })).status
  const statuses = []
  for (let at = 0; at < 12; at++) statuses.push(await load(`t-${at}`))
  expect(statuses).toEqual([...Array(10).fill(200), 429, 429])

  clock.advance(60_000)

  expect(await load('t-10')).toBe(200)
})
