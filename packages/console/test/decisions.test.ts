import { createHash } from 'node:crypto'
import { createAppConfig, isEnabled, memory } from '@appconfig-kit/core'
import { manualClock } from '@appconfig-kit/core/testing'
import { expect, it, onTestFinished } from 'vitest'
import type { ShownDecision, State } from '../src/wire.ts'
import { createWorld, SECRET, serveConsole } from './served.ts'

/** A page that is open: its stream, until it is left. */
async function open(url: string) {
  const abort = new AbortController()
  onTestFinished(() => abort.abort())
  const response = await fetch(`${url}/events`, { signal: abort.signal })
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  let text = ''
  return {
    leave: () => abort.abort(),
    async until(pattern: RegExp): Promise<void> {
      while (!pattern.test(text)) text += Buffer.from((await reader.read()).value ?? []).toString()
    },
  }
}

async function decisionsAt(url: string): Promise<readonly ShownDecision[] | undefined> {
  const state = (await (await fetch(`${url}/state`)).json()) as Pick<State, 'decisions'>
  return state.decisions
}

const ACME = { id: 'acme', tier: 'pro' }

it('decisions are told while somebody looks: alike ones counted, the newest first, without values', async () => {
  const clock = manualClock()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { clock, values: true })
  const page = await open(url)
  await page.until(/:/)

  for (let times = 0; times < 3; times++) isEnabled(client.peek(ACME), 'search' as never)
  isEnabled(client.peek(ACME), 'beta' as never)
  isEnabled(client.peek(ACME), 'checkout' as never)
  clock.advance(1000)
  clock.advance(1000)

  await page.until(/event: decisions\ndata: {}\n\n/)
  const shown = await decisionsAt(url)
  const tenant = createHash('sha256').update('acme').digest('hex')
  expect(shown?.map(({ atMs: _, version: __, ...rest }) => rest)).toEqual([
    {
      flag: 'checkout',
      outcome: 'on',
      variant: 'control',
      reason: 'default',
      layer: 'default',
      tenant,
      times: 1,
    },
    { flag: 'beta', outcome: 'on', reason: 'static', layer: 'tenant-{id}', tenant, times: 1 },
    { flag: 'search', outcome: 'off', reason: 'static', layer: 'tenant-{id}', tenant, times: 3 },
  ])
  expect(JSON.stringify(shown)).not.toContain(SECRET)
})

it('values are shown where the client tells them and the console may show them', async () => {
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source: memory({ default: { beta: { enabled: true, note: SECRET } } }),
    telemetry: { decisions: { values: true } },
  })
  onTestFinished(() => client.close())
  await client.start()
  const shown = []
  for (const values of [false, true]) {
    const { url } = await serveConsole(client, { values })
    await (await open(url)).until(/:/)
    isEnabled(client.peek(), 'beta' as never)
    shown.push(...((await decisionsAt(url)) ?? []).map(({ value }) => value))
  }

  expect(shown).toEqual([undefined, `{"enabled":true,"note":"${SECRET}"}`])
})

it('nobody listens while no page is open, or where decisions are not shown', async () => {
  const plain = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source: memory({ default: { a: true } }),
  })
  onTestFinished(() => plain.close())
  await plain.start()
  // Then each look is given an object of its own.
  const listens = () => {
    const first = plain.peek()
    return first !== plain.peek()
  }
  const quiet = await serveConsole(plain, { decisions: false })
  await (await open(quiet.url)).until(/:/)
  expect([listens(), await decisionsAt(quiet.url)]).toEqual([false, undefined])

  const { url } = await serveConsole(plain)
  expect([listens(), await decisionsAt(url)]).toEqual([false, []])
  const page = await open(url)
  await page.until(/:/)
  expect(listens()).toBe(true)
  page.leave()
  await expect.poll(listens).toBe(false)
})

it('thirty are kept', async () => {
  const { client } = await createWorld()
  const { url } = await serveConsole(client)
  await (await open(url)).until(/:/)

  for (let at = 0; at < 100; at++) isEnabled(client.peek(ACME), `flag-${at}` as never)

  const shown = await decisionsAt(url)
  expect([shown?.length, shown?.[0]?.flag, shown?.at(-1)?.flag]).toEqual([30, 'flag-99', 'flag-70'])
})
