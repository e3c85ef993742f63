/**
 * GET over HTTP: how the Agent is asked.
 *
 * By `node:http` where the runtime has it, because `fetch` takes two to four times the CPU time, and 10,000 documents
 * may be asked for every 15 seconds. Elsewhere by `fetch`. Either way connections are kept for a while, no redirect is
 * followed (it would carry the access token elsewhere), and the body is what was sent, whole.
 *
 * @module
 */
import type { Agent, IncomingMessage } from 'node:http'
import { nodeModuleIfAny } from '../node-modules.ts'

/** An answer, of whatever status. */
export interface HttpAnswer {
  readonly status: number
  readonly body: Uint8Array
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined
}

/** Asks one server, over connections of its own. */
export interface HttpGetter {
  /** @throws {Error} when there is no whole answer; it may quote what was sent or received. */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpAnswer>
  /** Closes the connections that no call uses. More calls may follow, and open their own. */
  close(): void
}

/** Makes a getter without connections. Modules of Node are loaded by its first call. */
export function httpGetter(protocol: 'http:' | 'https:'): HttpGetter {
  let made: HttpGetter | undefined
  return {
    get(url, headers, signal) {
      made ??= byNode(protocol) ?? byFetch
      return made.get(url, headers, signal)
    },
    close: () => made?.close(),
  }
}

/** As `fetch` of Node has it. Servers close idle connections, and a call that is sent into a closing one fails. */
const IDLE_CONNECTION_MS = 4000
/** Far above what polling uses at a time (30); questions about flags come as fast as requests do. */
const MOST_CONNECTIONS = 256

function byNode(protocol: 'http:' | 'https:'): HttpGetter | undefined {
  const { navigator } = globalThis as { readonly navigator?: { readonly userAgent?: unknown } }
  // There, it is made of `fetch`.
  if (navigator?.userAgent === 'Cloudflare-Workers') return undefined
  const http = nodeModuleIfAny(protocol === 'https:' ? 'https' : 'http')
  if (http === undefined) return undefined
  const agent = new http.Agent({
    keepAlive: true,
    timeout: IDLE_CONNECTION_MS,
    maxSockets: MOST_CONNECTIONS,
  })
  return {
    get: (url, headers, signal) =>
      new Promise((resolve, reject) => {
        const options = { agent, headers: { ...headers, 'Accept-Encoding': 'identity' } }
        const request = http.request(url, options, (response) => {
          if (isCompressed(response))
            return void request.destroy(new Error('answered with a compressed body, which was not asked for'))
          const chunks: Uint8Array[] = []
          response.on('data', (chunk: Uint8Array) => void chunks.push(chunk))
          response.on('end', () => resolve(answerOf(response, chunks)))
          response.on('error', reject)
        })
        request.on('error', reject)
        // The signal is this call's own, so nothing collects in it.
        signal.addEventListener('abort', () => request.destroy(new Error('the call was given up')))
        request.end()
      }),
    close: () => closeUnused(agent),
  }
}

function isCompressed({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 200 && (headers['content-encoding'] ?? 'identity') !== 'identity'
}

function answerOf(response: IncomingMessage, chunks: readonly Uint8Array[]): HttpAnswer {
  const { statusCode = 0, headers } = response
  return {
    status: statusCode,
    body: joined(chunks),
    header(name) {
      const value = headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.byteLength, 0))
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.byteLength
  }
  return whole
}

function closeUnused({ freeSockets }: Agent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

const byFetch: HttpGetter = {
  async get(url, headers, signal) {
    // A redirect is answered as its status: workerd does not know `redirect: 'error'`.
    const response = await fetch(url, { headers, signal, redirect: 'manual' })
    const body = new Uint8Array(await response.arrayBuffer())
    return { status: response.status, body, header: (name) => response.headers.get(name) ?? undefined }
  },
  close() {},
}
