import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigOptions,
  agent,
  createAppConfig,
  direct,
} from '../../src/index.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { isConnectionLost } from '../../src/sources/connection-lost.ts'

const DAY_MS = 86_400_000

/** A server that ends the connection of the requests with these numbers without an answer. */
async function startServer(
  ended: readonly number[],
  answer: RequestListener,
): Promise<{ url: string; asked(): number }> {
  let asked = 0
  const server = createServer((request, response) => {
    if (ended.includes(++asked)) request.socket.destroy()
    else answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => asked }
}

let version = 0
/** Both the data plane of AppConfig and the Agent. */
const answer: RequestListener = (request, response) => {
  response.setHeader('content-type', 'application/json')
  if (request.method === 'POST') response.writeHead(201).end('{"InitialConfigurationToken":"first"}')
  else response.setHeader('next-poll-configuration-token', 'next').end(`{"version":${++version}}`)
}

function clientOf(source: AppConfigOptions['source'], refresh: 'interval' | 'onRequest') {
  const clock = manualClock()
  const place = { application: 'api', environment: 'dev', layers: ['default'] }
  const client = createAppConfig({ ...place, source: source as never, clock, refresh, logger: false })
  onTestFinished(() => client.close())
  return { clock, client: client as AppConfigClient }
}

const directAt = (endpoint: string) => {
  process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'test'
  return direct({ endpoint, region: 'us-east-1' })
}

describe.each([
  ['agent', 1, (url: string) => agent({ baseUrl: url })],
  ['direct', 2, directAt],
])('a connection that was gone after a day, to %s', (_, calls, sourceAt) => {
  it('is replaced at once where only requests begin polls', async () => {
    const { url, asked } = await startServer([calls + 1], answer)
    const { client, clock } = clientOf(sourceAt(url), 'onRequest')
    const before = await client.resolve()
    // Within the life of a token.
    clock.advance(DAY_MS / 2)

    const after = await client.resolve()

    expect(after).not.toEqual(before)
    expect(asked()).toBe(calls + 2)
    expect(client.health().status).toBe('ok')
  })

  it('and once only: then the last known good is served', async () => {
    const { url, asked } = await startServer([calls + 1, calls + 2], answer)
    const { client, clock } = clientOf(sourceAt(url), 'onRequest')
    const before = await client.resolve()
    clock.advance(DAY_MS / 2)

    expect(await client.resolve()).toBe(before)

    expect(asked()).toBe(calls + 2)
    expect(client.health().status).toBe('degraded')
  })
})

it('is found in a ring of causes, or not', () => {
  const ring: { cause?: unknown; code?: string } = {}
  ring.cause = { cause: ring }
  expect(isConnectionLost(ring)).toBe(false)
  ring.code = 'ECONNRESET'
  expect([ring, { cause: ring }].map(isConnectionLost)).toEqual([true, true])
  expect([undefined, null, 'ECONNRESET', new Error('x')].map(isConnectionLost)).toEqual(Array(4).fill(false))
})
