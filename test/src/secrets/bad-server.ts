/**
 * A server that answers as broken proxies, captive portals and overloaded services do, with bytes of the test's choice.
 *
 * @module
 */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { SECRETS } from './markers.ts'

const { page, sessionToken } = SECRETS

/** An answer as it goes over the wire; the first is for `POST /configurationsessions` if there are two. */
export type Pages = readonly [wire: string, next?: string]

/** An answer of HTTP. */
function answer(status: string, headers: readonly string[], body: string): string {
  const length = `content-length: ${Buffer.byteLength(body)}`
  return [`HTTP/1.1 ${status}`, ...headers, length, 'connection: close', '', body].join('\r\n')
}

const HTML = 'content-type: text/html'
const JSON_TYPE = 'content-type: application/json'
const SESSION = answer(
  '201 Created',
  [JSON_TYPE],
  JSON.stringify({ InitialConfigurationToken: sessionToken }),
)

export const PAGES: Readonly<Record<string, Pages>> = {
  'a page with 500': [answer('500 Oh', [HTML], `<h1>${page}</h1>`)],
  'a page with 429': [answer('429 Slow', [HTML], `<h1>${page}</h1>`)],
  'a page with 403': [answer('403 No', [HTML], `<h1>${page}</h1>`)],
  'a page with 404': [answer('404 No', [HTML], `<h1>${page}</h1>`)],
  'a message with 500': [answer('500 Oh', [JSON_TYPE], JSON.stringify({ Message: page, message: page }))],
  'a reason': [answer(`500 ${page}`, [JSON_TYPE], '{}')],
  'the name of an exception': [answer('403 No', [`x-amzn-errortype: ${page}!`, JSON_TYPE], '{}')],
  'a type in the body': [answer('400 No', [JSON_TYPE], JSON.stringify({ __type: `a#${page} `, page }))],
  details: [
    answer(
      '400 No',
      ['x-amzn-errortype: BadRequestException', JSON_TYPE],
      JSON.stringify({ Message: page, Details: { InvalidParameters: { [page]: { Problem: page } } } }),
    ),
  ],
  'a torn session': [answer('201 Created', [JSON_TYPE], `{"InitialConfigurationToken": ${page}`)],
  'a redirect': [answer('302 Found', [`location: http://127.0.0.1:1/${page}`], page)],
  'broken gzip': [answer('200 OK', ['content-encoding: gzip', JSON_TYPE], page)],
  'no HTTP at all': [`${page} ${page}\r\n\r\n${page}`],
  'a bad header': [`HTTP/1.1 200 OK\r\n${page}\u0001: ${page}\r\n\r\n`],
  'a torn body': [`HTTP/1.1 200 OK\r\n${JSON_TYPE}\r\ncontent-length: 1000\r\n\r\n{"a": "${page}`],
  'a poll interval of letters': [
    SESSION,
    answer('200 OK', [`next-poll-interval-in-seconds: ${page}`, JSON_TYPE], '{'),
  ],
  'a token, then a failure': [SESSION, answer('500 Oh', [JSON_TYPE], JSON.stringify({ Message: page }))],
  'a token, then a refusal': [
    SESSION,
    answer(
      '400 No',
      ['x-amzn-errortype: BadRequestException', JSON_TYPE],
      JSON.stringify({ Message: `The token ${sessionToken} is expired`, Reason: page }),
    ),
  ],
}

/** The server, listening on loopback. */
export interface BadServer {
  readonly port: number
  pages: Pages
  close(): Promise<void>
}

export async function startBadServer(): Promise<BadServer> {
  const sockets = new Set<Socket>()
  const bad: { pages: Pages } = { pages: [''] }
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    socket.once('data', (request) => {
      const [first, next = first] = bad.pages
      socket.end(String(request).startsWith('POST') ? first : next)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(bad, {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  })
}
