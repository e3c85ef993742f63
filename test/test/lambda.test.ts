/** Functions of AWS Lambda, in a process that really stands still between two invocations. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { type LocalLambda, startLocalLambda } from '../../examples/lambda-api/src/local-lambda.ts'
import { startExample } from '../src/example.ts'
import { ROOT } from '../src/run.ts'
import { until } from '../src/world.ts'

const HOUR_MS = 3_600_000
/** Longer than the interval at which an Agent is asked, with its jitter; too short for a poll to be overdue. */
const INTERVAL_MS = 17_000
const DIST = join(ROOT, 'examples/lambda-api/dist')
const PLACE = { application: 'search', environment: 'prod' }
/** There is no SIGSTOP elsewhere. */
const leaveOut = process.platform === 'win32'

let local: LocalAppConfig
let deployed = 0
beforeAll(async () => {
  local = await startLocalAppConfig()
  await local.deploy({ ...PLACE, profile: 'tenant-grace', content: { limit: 50 } })
})
afterAll(() => local.close())
beforeEach(() => deploy(false))

async function deploy(newSearch: boolean): Promise<void> {
  await local.deploy({
    ...PLACE,
    profile: 'default',
    content: { limit: 10, newSearch, deployed: ++deployed },
  })
}

/** The extension's port, before the Agent of the local AppConfig: it can be not ready, down or silent. */
interface Extension {
  readonly port: number
  state: 'ready' | 'not ready' | 'silent'
  /** How often it was asked, in any state. */
  asked: number
  /** Ends all connections, as one that was restarted while the function stood still. */
  drop(): void
  /** Listens no more. */
  down(): Promise<void>
}

async function startExtension(state: Extension['state'] = 'ready'): Promise<Extension> {
  function forward(request: IncomingMessage, response: ServerResponse): void {
    const { method, url, headers } = request
    const { host: _host, ...rest } = headers
    httpRequest(new URL(url as string, local.agentUrl), { method, headers: rest }, (answer) => {
      response.writeHead(answer.statusCode as number, answer.headers)
      answer.pipe(response)
    }).end()
  }
  const server = createServer((request, response) => {
    extension.asked++
    if (extension.state === 'ready') forward(request, response)
    else if (extension.state === 'not ready') request.socket.destroy()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const extension: Extension = {
    port: (server.address() as AddressInfo).port,
    state,
    asked: 0,
    drop: () => server.closeAllConnections(),
    async down() {
      if (!server.listening) return
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
    },
  }
  onTestFinished(() => extension.down())
  return extension
}

async function startFunction(name: string, { port }: Extension): Promise<LocalLambda> {
  const lambda = await startLocalLambda([join(DIST, 'runtime.mjs'), `./${name}.mjs`], {
    AWS_APPCONFIG_EXTENSION_HTTP_PORT: String(port),
  })
  onTestFinished(() => lambda.close())
  return lambda
}

const headers = { authorization: 'Bearer key-of-ada', host: 'example.test' }
/** An API Gateway's REST API. */
const V1 = {
  version: '1.0',
  resource: '/search',
  path: '/search',
  httpMethod: 'GET',
  headers,
  multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
  queryStringParameters: null,
  multiValueQueryStringParameters: null,
  requestContext: { path: '/search', httpMethod: 'GET', stage: 'prod', identity: { sourceIp: '127.0.0.1' } },
  body: null,
  isBase64Encoded: false,
}
/** An HTTP API, and a function URL. */
const V2 = {
  version: '2.0',
  routeKey: '$default',
  rawPath: '/search',
  rawQueryString: '',
  headers,
  requestContext: {
    stage: '$default',
    domainName: 'example.test',
    http: { method: 'GET', path: '/search', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'test' },
  },
  isBase64Encoded: false,
}

interface Answer {
  readonly statusCode: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: string
}

async function search(lambda: LocalLambda, event: object = V2): Promise<string> {
  const { statusCode, body } = (await lambda.invoke(event)) as Answer
  return statusCode === 200 ? JSON.parse(body).search : String(statusCode)
}

/** Whether the process stands still, as the system says. */
function standsStill({ process: { pid } }: LocalLambda): boolean {
  return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') T ')
}

describe.skipIf(leaveOut)(
  `a function${leaveOut ? ' (left out: no SIGSTOP here)' : ''}`,
  { timeout: 30_000 },
  () => {
    it.each([
      ['plain', 'HTTP API or function URL', V2],
      ['with-express', 'REST API', V1],
      ['with-express', 'HTTP API or function URL', V2],
      ['with-hono', 'REST API', V1],
      ['with-hono', 'HTTP API or function URL', V2],
    ])('%s, of a %s, serves the new version in its first answer after a freeze', async (name, _, event) => {
      const extension = await startExtension()
      const lambda = await startFunction(name, extension)
      expect(await search(lambda, event)).toBe('old')
      if (process.platform === 'linux') await until(() => standsStill(lambda))
      await deploy(true)
      lambda.letPass(INTERVAL_MS)

      expect(await search(lambda, event)).toBe('new')
    })

    it('asks the Agent no more often than the interval is over', async () => {
      const extension = await startExtension()
      const lambda = await startFunction('plain', extension)
      for (let invocation = 0; invocation < 5; invocation++) await search(lambda)
      // The default layer, and the tenant's own, which does not exist.
      expect(extension.asked).toBe(2)
      lambda.letPass(INTERVAL_MS)
      for (let invocation = 0; invocation < 5; invocation++) await search(lambda)
      expect(extension.asked).toBe(3)
    })

    it('serves the new version although all its connections ended while it stood still', async () => {
      const extension = await startExtension()
      const lambda = await startFunction('plain', extension)
      for (let hour = 0; hour < 5; hour++) {
        await deploy(hour % 2 === 1)
        extension.drop()
        lambda.letPass(HOUR_MS)
        expect(await search(lambda)).toBe(hour % 2 === 1 ? 'new' : 'old')
      }
    })

    it.each(['down', 'silent'] as const)('serves the last known good where the Agent is %s', async (how) => {
      const extension = await startExtension()
      const lambda = await startFunction('plain', extension)
      expect(await search(lambda)).toBe('old')
      await deploy(true)
      if (how === 'down') await extension.down()
      else extension.state = how
      lambda.letPass(HOUR_MS)
      const beganAtMs = performance.now()

      expect(await search(lambda)).toBe('old')

      // Within resolveTimeoutMs, which is 1000, and what a busy machine adds.
      if (how === 'silent') expect(performance.now() - beganAtMs).toBeGreaterThan(900)
      expect(performance.now() - beganAtMs).toBeLessThan(5000)
      if (how === 'down') return
      extension.state = 'ready'
      lambda.letPass(HOUR_MS)
      expect(await search(lambda)).toBe('new')
    })

    it('waits for an Agent that is not ready at the first invocation, and answers 503 where it stays so', async () => {
      const extension = await startExtension('not ready')
      const lambda = await startFunction('plain', extension)
      // The start has given up: the instance is idle.
      const asked = extension.asked
      expect(asked).toBeGreaterThan(1)
      lambda.letPass(10_000)

      const first = search(lambda)
      await until(() => extension.asked > asked + 2)
      extension.state = 'ready'
      expect(await first).toBe('old')

      const other = await startExtension('not ready')
      const unlucky = await startFunction('plain', other)
      unlucky.letPass(10_000)
      expect(await unlucky.invoke(V2)).toMatchObject({
        statusCode: 503,
        body: '',
        headers: { 'Retry-After': '1' },
      })
    })
  },
)

describe.skipIf(leaveOut)('the example lambda-api', { timeout: 30_000 }, () => {
  it('deploys, lets an hour pass, and serves the new search', async () => {
    const example = await startExample('lambda-api', 1)
    onTestFinished(() => example.stop())
    expect(await example.ask('ada', '/search')).toMatch(/200 OK[\s\S]*"search":"old","limit":10/)
    expect(await example.ask('grace', '/search')).toMatch(/"limit":50/)
    expect(await example.type('new')).toBe('deployed default\n')
    expect(await example.type('hour')).toBe('an hour later\n')

    expect(await example.ask('ada', '/search')).toMatch(/200 OK[\s\S]*"search":"new"/)
    expect(await example.type('old')).toBe('not one of new, hour\n')
  })
})
