import { once } from 'node:events'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { manualClock } from '@appconfig-kit/core/testing'
import { StartConfigurationSessionCommand } from '@aws-sdk/client-appconfigdata'
import { describe, expect, it, onTestFinished } from 'vitest'
import { awsForm } from '../src/http/failures.ts'
import { listen } from '../src/http/server.ts'
import { parseSettings } from '../src/settings.ts'
import { createState } from '../src/store/state.ts'
import { createCallRecorder } from '../src/testing/calls.ts'
import { createFaultBox } from '../src/testing/faults.ts'
import { API, MINUTE, type Started, start } from './start.ts'

const SESSIONS = 10_000
const AT_ONCE = 64

describe.each(['url', 'agentUrl'] as const)('whoever sends nonsense to %s', (endpoint) => {
  it.each([
    ['GET', '/applications/../../../etc/passwd'],
    ['GET', '/applications/..%2f..%2f..%2fetc%2fpasswd'],
    ['GET', '/applications/%2e%2e/environments/x/configurations/__proto__'],
    ['GET', '/applications/%00/environments/%00/configurations/%00'],
    ['GET', '/applications/%ff/environments/%c3%28/configurations/%'],
    ['GET', '/applications/__proto__/environments/constructor/configurations/toString'],
    ['GET', '//evil.example/applications/x'],
    ['GET', '/applications/api/environments/prod-01/configurations/default?flag=__proto__&flag=constructor'],
    ['GET', '/configuration?configuration_token=%00'],
    ['GET', `/applications/${'x'.repeat(8000)}`],
    ['GET', '/deploymentstrategies/?next_token=%5B&max_results=1e9'],
    ['PUT', '/applications'],
    ['TRACE', '/applications'],
    ['PROPFIND', '/applications/api'],
    ['DELETE', '/applications/api/environments/prod-01/deployments/NaN'],
    ['POST', '/applications'],
    ['POST', '/configurationsessions'],
    ['POST', '/tags/arn:aws:appconfig:us-east-1:000000000000:application%2F..%2F..'],
  ])('%s %.60s: is told it made a mistake', async (method, path) => {
    const started = await start()
    await started.local.deploy({ ...API, content: 'one' })

    const { status, headers, body } = await send(started.local[endpoint], { method, path })

    expect([400, 404]).toContain(status)
    expect(headers['content-type']).toMatch(endpoint === 'url' ? /json/ : /text/)
    expect(body).not.toContain('root:')
    await stillServes(started)
  })

  it.each([
    ['bytes that are no HTTP', '\u0000\u0001\u0002 nonsense\r\n\r\n', '400'],
    [
      'two lengths',
      'POST /applications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nabcdef',
      '400',
    ],
    [
      'a length and chunks',
      'POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      '400',
    ],
    ['no Host', 'GET /applications HTTP/1.1\r\n\r\n', '400'],
    ['a header line that ends early', 'GET /applications HTTP/1.1\r\nHost: 127.0.0.1\nX: y\r\n\r\n', '400'],
    [
      'headers of 100 KB',
      `GET /applications HTTP/1.1\r\nHost: 127.0.0.1\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`,
      '431',
    ],
    ['a path of 100 KB', `GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`, '431'],
  ])('%s: is refused', async (_, text, status) => {
    const started = await start()
    const socket = dial(started.local[endpoint])
    socket.end(text)

    expect((await allOf(socket)).split('\r\n')[0]).toContain(status)
    await stillServes(started)
  })
})

it('answers while 1,000 clients have sent half a request', async () => {
  const started = await start()
  const halves = await Promise.all(
    Array.from({ length: 1000 }, async () => {
      const socket = dial(started.local.url)
      await once(socket, 'connect')
      socket.write('POST /applications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"Name"')
      return socket
    }),
  )

  await stillServes(started)
  for (const socket of halves) socket.destroy()
})

it('answers others while somebody sends a body without end', async () => {
  const started = await start()
  const socket = dial(started.local.url)
  const answer = allOf(socket)
  socket.write('POST /applications HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n')
  const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`
  let written = 0
  for (; written < 500 && socket.writable; written++) {
    socket.write(chunk)
    if (written === 20) await stillServes(started)
    await new Promise(setImmediate)
  }
  socket.end()

  expect(await answer).toMatch(/^HTTP\/1.1 413 /)
  await stillServes(started)
})

it.each([
  ['headers', 'GET /applications HTTP/1.1\r\nHost: 127'],
  ['a body', 'POST /applications HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 100\r\n\r\n{"Na'],
])('ends the connection of who never finishes %s', async (_, text) => {
  const clock = manualClock()
  const server = await listen(
    { host: '127.0.0.1', port: 0, option: 'port' },
    {
      operations: [],
      state: createState(clock, parseSettings({})),
      recorder: createCallRecorder(),
      faultBox: createFaultBox(clock),
      guard: () => undefined,
      failureForm: awsForm,
    },
    { headersTimeoutMs: 20, requestTimeoutMs: 20 },
  )
  onTestFinished(() => server.close())
  const socket = dial(server.url)
  socket.write(text)

  expect(await allOf(socket)).toMatch(/^HTTP\/1.1 408 /)
})

it(`keeps ${SESSIONS} sessions apart`, { timeout: 120_000 }, async () => {
  const started = await start()
  const { local, clock } = started
  await local.deploy({ ...API, content: 'one' })
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  onTestFinished(() => agent.destroy())
  const session = JSON.stringify({
    ApplicationIdentifier: API.application,
    EnvironmentIdentifier: API.environment,
    ConfigurationProfileIdentifier: API.profile,
  })
  const poll = (token: string) =>
    send(local.url, { agent, path: `/configuration?configuration_token=${encodeURIComponent(token)}` })

  const tokens = await Promise.all(
    Array.from({ length: SESSIONS }, async () => {
      const opened = { agent, method: 'POST', path: '/configurationsessions', content: session }
      const { body } = await send(local.url, opened)
      return JSON.parse(body).InitialConfigurationToken as string
    }),
  )
  const first = await Promise.all(tokens.map(poll))
  clock.advance(MINUTE)
  const second = await Promise.all(
    first.map(({ headers }) => poll(String(headers['next-poll-configuration-token']))),
  )

  expect(new Set(tokens)).toHaveProperty('size', SESSIONS)
  expect(countOf(first.map(({ status, body }) => `${status} ${body}`))).toEqual({ '200 one': SESSIONS })
  expect(countOf(second.map(({ status, body }) => `${status} ${body}`))).toEqual({ '200 ': SESSIONS })
  // A token that was spent stays spent, however many sessions came after it.
  expect(await poll(tokens[0] as string)).toMatchObject({ status: 400 })
  expect(local.calls.length).toBeLessThanOrEqual(10_000)
})

async function stillServes({ local, data }: Started): Promise<void> {
  await local.deploy({ ...API, environment: 'other', content: 'alive' })
  const { application, profile } = API
  const opened = await data.send(
    new StartConfigurationSessionCommand({
      ApplicationIdentifier: application,
      EnvironmentIdentifier: 'other',
      ConfigurationProfileIdentifier: profile,
    }),
  )
  expect(opened.InitialConfigurationToken).toBeDefined()
}

interface Sent {
  readonly path: string
  readonly method?: string
  readonly content?: string
  readonly agent?: Agent
}

/** The path as it is: `fetch` would tidy it up. */
function send(
  url: string,
  { path, method = 'GET', content, agent }: Sent,
): Promise<{
  readonly status: number | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    request({ hostname, port, path, method, ...(agent && { agent }) }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.once('end', () =>
        resolve({ status: response.statusCode, headers: response.headers, body: `${Buffer.concat(chunks)}` }),
      )
    })
      .once('error', reject)
      .end(content)
  })
}

function dial(url: string): Socket {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

async function allOf(socket: Socket): Promise<string> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk) => chunks.push(chunk))
  await new Promise((resolve) => socket.once('end', resolve).once('close', resolve))
  return Buffer.concat(chunks).toString('latin1')
}

function countOf(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1
  return counts
}
