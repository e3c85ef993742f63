import { once } from 'node:events'
import { createServer, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { networkInterfaces } from 'node:os'
import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { agent, createAppConfig } from '../../src/index.ts'
import { isConnectionLost } from '../../src/sources/connection-lost.ts'
import { type HttpGetter, httpGetter } from '../../src/sources/http-get.ts'

const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === '::1')

/** A server that tells which connections it has. */
async function startServer(answer: RequestListener, host = '127.0.0.1') {
  const sockets = new Set<Socket>()
  let opened = 0
  const server = createServer(answer).on('connection', (socket) => {
    opened++
    sockets.add(socket.on('close', () => sockets.delete(socket)))
  })
  await once(server.listen(0, host), 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: new URL(`http://${host.includes(':') ? `[${host}]` : host}:${port}/a?b=c`),
    sockets,
    opened: () => opened,
  }
}

const MOST_BYTES = 4_194_304
const never = () => new AbortController().signal
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const thrownBy = (asked: Promise<unknown>) =>
  asked.then(
    () => undefined,
    (error: unknown) => error,
  )

/** Waits for what another end does, by asking. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function withoutNodeHttp(): void {
  const found = process.getBuiltinModule
  vi.spyOn(process, 'getBuiltinModule').mockImplementation(((name: string) =>
    /^node:https?$/.test(name) ? undefined : found(name)) as typeof process.getBuiltinModule)
}

let fetched: number
let http: HttpGetter
beforeEach(() => {
  fetched = 0
  const { fetch } = globalThis
  vi.stubGlobal('fetch', (...given: Parameters<typeof fetch>) => {
    fetched++
    return fetch(...given)
  })
  http = httpGetter('http:')
})
afterEach(() => {
  http.close()
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
})

describe.each(['node:http', 'fetch'])('GET by %s', (way) => {
  beforeEach(() => {
    if (way === 'fetch') withoutNodeHttp()
  })
  afterEach(() => {
    expect(fetched > 0).toBe(way === 'fetch')
  })

  it('sends path and headers, and gives status, headers and a body of many parts', async () => {
    const { url } = await startServer((request, response) => {
      response.setHeader('Configuration-Version', '7')
      response.setHeader('X-Twice', ['a', 'b'])
      response.write(`${request.method} ${request.url} ${request.headers['entity-id']} `)
      setTimeout(() => response.end('ä'.repeat(100_000)), 5)
    })
    const { status, body, header } = await http.get(url, { 'Entity-Id': 't-01' }, never(), MOST_BYTES)
    expect(status).toBe(200)
    expect(textOf(body)).toBe(`GET /a?b=c t-01 ${'ä'.repeat(100_000)}`)
    expect(header('configuration-version')).toBe('7')
    expect(header('x-twice')).toBe('a, b')
    expect(header('x-none')).toBeUndefined()
  })

  it.each([204, 404, 429, 500])('answers %i as it came, and without a body as an empty one', async (code) => {
    const { url } = await startServer((_, response) => void response.writeHead(code).end())
    const { status, body } = await http.get(url, {}, never(), MOST_BYTES)
    expect([status, body.byteLength]).toEqual([code, 0])
  })

  it('follows no redirect, which would carry the token away', async () => {
    let asked = 0
    const { url } = await startServer((_, response) => {
      asked++
      response.writeHead(302, { location: '/elsewhere' }).end()
    })
    expect((await http.get(url, { Authorization: 'Bearer x' }, never(), MOST_BYTES)).status).toBe(302)
    expect(asked).toBe(1)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['before an answer', (response) => response.socket?.destroy()],
    [
      'in the middle of a body',
      (response) => {
        response.writeHead(200, { 'content-length': 100 }).write('{"a":', () => response.socket?.destroy())
      },
    ],
    [
      'in the middle of chunks',
      (response) => void response.writeHead(200).write('{}', () => response.socket?.destroy()),
    ],
  ])('fails where the connection ends %s', async (_, end) => {
    const { url } = await startServer((_, response) => end(response))
    const error = await thrownBy(http.get(url, {}, never(), MOST_BYTES))
    expect(error).toBeInstanceOf(Error)
    expect(isConnectionLost(error)).toBe(true)
  })

  it.each<[string, (response: ServerResponse) => void]>([
    ['an answer', () => {}],
    ['the rest of a body', (response) => void response.writeHead(200).write('{')],
  ])('gives up the wait for %s, and its connection, when told to', async (_, begin) => {
    let connection: Socket | undefined
    const { url } = await startServer((request, response) => {
      begin(response)
      connection = request.socket
    })
    const abort = new AbortController()
    const error = thrownBy(http.get(url, {}, abort.signal, MOST_BYTES))
    await until(() => connection !== undefined)
    abort.abort()
    expect(await error).toBeInstanceOf(Error)
    await until(() => connection?.destroyed === true)
  })

  it.each([
    [
      'one that switches protocols',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['no HTTP', 'hello\r\n\r\n'],
    ['headers without an end', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}`],
  ])('fails where the answer is %s', async (_, text) => {
    const { url } = await startServer((request) => void request.socket.write(text))
    expect(await thrownBy(http.get(url, {}, never(), MOST_BYTES))).toBeInstanceOf(Error)
  })

  it('gives a body of as many bytes as are taken, and of a longer one so many and one more', async () => {
    const { url } = await startServer((request, response) => {
      const length = Number(request.headers['x-length'])
      response.write('x'.repeat(length / 2))
      response.end('x'.repeat(length / 2))
    })
    const lengthOf = async (length: number) =>
      (await http.get(url, { 'X-Length': String(length) }, never(), 1000)).body.byteLength
    expect(await lengthOf(998)).toBe(998)
    expect(await lengthOf(1000)).toBe(1000)
    expect(await lengthOf(1002)).toBe(1001)
    expect(await lengthOf(100_000)).toBe(1001)
    expect(await lengthOf(1000)).toBe(1000)
  })

  it('ends the connection of a body that does not end', async () => {
    const { url, sockets } = await startServer((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      }
      response.on('drain', more)
      more()
    })
    const { status, body } = await http.get(url, {}, never(), MOST_BYTES)
    expect([status, body.byteLength]).toEqual([200, MOST_BYTES + 1])
    await until(() => sockets.size === 0)
  })

  it('fails where nobody listens', async () => {
    expect(await thrownBy(http.get(new URL('http://127.0.0.1:1/'), {}, never(), MOST_BYTES))).toBeInstanceOf(
      Error,
    )
  })

  it('uses its connections again', async () => {
    const { url, opened } = await startServer((_, response) => void response.end('{}'))
    for (let at = 0; at < 10; at++) await http.get(url, {}, never(), MOST_BYTES)
    // `fetch` may open the second before it has seen that the first is free.
    expect(opened()).toBeLessThanOrEqual(2)
  })

  it.skipIf(!HAS_IPV6)('asks IPv6 addresses', async () => {
    const { url } = await startServer((request, response) => void response.end(request.headers.host), '::1')
    expect(textOf((await http.get(url, {}, never(), MOST_BYTES)).body)).toBe(url.host)
  })
})

describe('GET by node:http', () => {
  it('opens a bounded number of connections, and answers all the same', async () => {
    const { url, opened } = await startServer((_, response) => void setTimeout(() => response.end('{}'), 20))
    const answers = await Promise.all(
      Array.from({ length: 600 }, () => http.get(url, {}, never(), MOST_BYTES)),
    )
    expect(answers).toHaveLength(600)
    expect(opened()).toBeGreaterThan(1)
    expect(opened()).toBeLessThanOrEqual(256)
  })

  it('closes idle connections when told to, and no others', async () => {
    const waiting: ServerResponse[] = []
    const { url, sockets, opened } = await startServer((request, response) => {
      if (request.headers['x-slow']) waiting.push(response)
      else response.end('{}')
    })
    const slow = http.get(url, { 'X-Slow': '1' }, never(), MOST_BYTES)
    await until(() => waiting.length > 0)
    await http.get(url, {}, never(), MOST_BYTES)
    expect(sockets.size).toBe(2)

    http.close()
    expect((await http.get(url, {}, never(), MOST_BYTES)).status).toBe(200)
    expect(opened()).toBe(3)
    waiting[0]?.end('{}')
    expect((await slow).status).toBe(200)
  })

  it('refuses a compressed body, which it did not ask for', async () => {
    let accepted: string | undefined
    const { url } = await startServer((request, response) => {
      accepted = request.headers['accept-encoding']
      response.setHeader('content-encoding', 'gzip')
      response.end(gzipSync('{}'))
    })
    expect(await thrownBy(http.get(url, {}, never(), MOST_BYTES))).toMatchObject({
      message: expect.stringMatching(/compressed/),
    })
    expect(accepted).toBe('identity')
  })

  it('is left to fetch in workerd, which makes node:http of it', async () => {
    vi.stubGlobal('navigator', { userAgent: 'Cloudflare-Workers' })
    const { url } = await startServer((_, response) => void response.end('{}'))
    await http.get(url, {}, never(), MOST_BYTES)
    expect(fetched).toBe(1)
  })
})

it('an answer of the Agent that does not end is refused as too large', async () => {
  const { url } = await startServer((_, response) => {
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    }
    response.on('drain', more)
    more()
  })
  const client = createAppConfig({
    application: 'api',
    environment: 'dev',
    layers: ['default'],
    source: agent({ baseUrl: url.origin }),
    logger: false,
  })
  expect(await thrownBy(client.start())).toMatchObject({
    message: expect.stringMatching(/DOCUMENT_TOO_LARGE: .*has more than 4194304 bytes/),
  })
  expect(client.health().documents[0]?.status).toBe('rejected')
  await client.close()
})

it('closing a client closes its connections to the Agent, and no other client suffers', async () => {
  const { url, sockets, opened } = await startServer((_, response) => {
    response.setHeader('content-type', 'application/json')
    response.end('{"a":1}')
  })
  const source = agent({ baseUrl: url.origin })
  const clientOf = () =>
    createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source, logger: false })
  const [one, other] = [clientOf(), clientOf()]
  await one.resolve(null)
  expect(sockets.size).toBe(1)
  await one.close()
  expect(await other.resolve(null)).toEqual({ a: 1 })
  expect(opened()).toBe(2)
  await other.close()
  await until(() => sockets.size === 0)
})
