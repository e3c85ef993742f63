/** A machine whose clock is wrong, and credentials that are: the real SDK against a server that refuses signatures as AWS does. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createAppConfig, direct } from '@appconfig-kit/core'
import { AppConfigDataClient } from '@aws-sdk/client-appconfigdata'
import { afterEach, describe, expect, it } from 'vitest'

const HOUR_MS = 3_600_000

let server: Server
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** @param refuse answers a call that AWS would refuse, and says so. */
async function startServer(refuse: (request: IncomingMessage, response: ServerResponse) => boolean) {
  const tokens: string[] = []
  const calls: string[] = []
  server = createServer((request, response) => {
    calls.push(request.method as string)
    response.setHeader('content-type', 'application/json')
    if (refuse(request, response)) return
    if (request.method === 'POST') {
      response.statusCode = 201
      request.resume().on('end', () => response.end('{"InitialConfigurationToken":"token-1"}'))
      return
    }
    tokens.push(
      new URL(request.url as string, 'http://local').searchParams.get('configuration_token') as string,
    )
    response.setHeader('Next-Poll-Configuration-Token', `token-${tokens.length + 1}`)
    response.setHeader('Next-Poll-Interval-In-Seconds', '60')
    response.end('{"a":1}')
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls, tokens }
}

function clientOf(endpoint: string) {
  const client = new AppConfigDataClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  })
  return createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source: direct({ client }),
  })
}

function refusal(response: ServerResponse, errorType: string): true {
  response.writeHead(403, { 'x-amzn-errortype': `${errorType}:` })
  response.end('{"message":"no"}')
  return true
}

/** As AWS: a signature that is more than five minutes off is refused, and the answer has the right time. */
function refuseSkewed(request: IncomingMessage, response: ServerResponse): boolean {
  const nowMs = Date.now() + HOUR_MS
  response.setHeader('date', new Date(nowMs).toUTCString())
  const date = String(request.headers['x-amz-date'])
  const signedMs = Date.parse(date.replace(/(....)(..)(..)T(..)(..)(..)Z/, '$1-$2-$3T$4:$5:$6Z'))
  return Math.abs(nowMs - signedMs) > 300_000 && refusal(response, 'InvalidSignatureException')
}

describe('a clock that is an hour late', () => {
  it('costs one call more: the first request is served, and no token is sent twice', async () => {
    const { endpoint, calls, tokens } = await startServer(refuseSkewed)
    const client = clientOf(endpoint)
    expect(await client.resolve()).toEqual({ a: 1 })
    expect(calls).toEqual(['POST', 'POST', 'GET'])
    expect(tokens).toEqual(['token-1'])
    await client.close()
  })

  it('that no correction helps against is tried once more, not on and on, and the error names the clock', async () => {
    const { endpoint, calls } = await startServer((_, response) => {
      response.setHeader('date', new Date(Date.now() + Math.random() * 100 * HOUR_MS + HOUR_MS).toUTCString())
      return refusal(response, 'RequestTimeTooSkewed')
    })
    const client = clientOf(endpoint)
    await expect(client.resolve()).rejects.toMatchObject({
      cause: { code: 'SOURCE_DENIED', message: expect.stringContaining('clock of this machine') },
    })
    expect(calls.length).toBeLessThanOrEqual(2)
    await client.close()
  })
})

describe('a refusal says what to do about it', () => {
  it.each([
    ['ExpiredTokenException', 'credentials have expired'],
    ['UnrecognizedClientException', 'credentials are not known'],
    ['InvalidSignatureException', 'clock of this machine'],
    ['AccessDeniedException', 'Allow appconfig:StartConfigurationSession'],
  ])('%s: %s', async (errorType, advice) => {
    const { endpoint, calls } = await startServer((_, response) => refusal(response, errorType))
    const client = clientOf(endpoint)
    await expect(client.resolve()).rejects.toMatchObject({
      status: 503,
      cause: { code: 'SOURCE_DENIED', message: expect.stringContaining(advice) },
    })
    expect(calls).toEqual(['POST'])
    await client.close()
  })
})
