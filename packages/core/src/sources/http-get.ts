/**
 * GET over HTTP: how the Agent is asked.
 *
 * By `node:http` where the runtime has it, because `fetch` takes two to four times the CPU time, and 10,000 documents
 * may be asked for every 15 seconds. Elsewhere by `fetch`. Either way connections are kept for a while, no redirect is
 * followed (it would carry the access token elsewhere), and the body is what was sent: whole, or cut where it is longer
 * than is taken, so that no answer fills the memory.
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
  /**
   * @param mostBytes of a longer body, so many and one more are given, and the connection is closed.
   * @throws {Error} when there is no whole answer; it may quote what was sent or received.
   */
  get(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    mostBytes: number,
  ): Promise<HttpAnswer>
  /** Closes the connections that no call uses. More calls may follow, and open their own. */
  close(): void
}

/** Makes a getter without connections. Modules of Node are loaded by its first call. */
export function httpGetter(protocol: 'http:' | 'https:'): HttpGetter {
  let made: HttpGetter | undefined
  return {
    get(...asked) {
      made ??= byNode(protocol) ?? byFetch
      return made.get(...asked)
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
    get: (url, headers, signal, mostBytes) =>
      new Promise((resolve, reject) => {
        const options = { agent, headers: { ...headers, 'Accept-Encoding': 'identity' } }
        let isAnswered = false
        const request = http.request(url, options, (response) => {
          isAnswered = true
          if (isCompressed(response))
            return void request.destroy(new Error('answered with a compressed body, which was not asked for'))
          const body = new Body(mostBytes)
          response.on('data', (chunk: Uint8Array) => {
            if (!body.isCutBy(chunk)) return
            resolve(answerOf(response, body))
            request.destroy()
          })
          response.on('end', () => resolve(answerOf(response, body)))
          response.on('error', (cause) =>
            reject(new Error('the connection ended within the answer', { cause })),
          )
        })
        request.on('error', reject)
        request.on('close', () => {
          // Such as one that switches protocols: Node tells of no error.
          if (!isAnswered) reject(new Error('the connection ended without an answer'))
        })
        // The signal is this call's own, so nothing collects in it.
        signal.addEventListener('abort', () => {
          reject(new Error('the call was given up'))
          request.destroy()
        })
        request.end()
      }),
    close: () => closeUnused(agent),
  }
}

function isCompressed({ statusCode, headers }: IncomingMessage): boolean {
  return statusCode === 200 && (headers['content-encoding'] ?? 'identity') !== 'identity'
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, body: Body): HttpAnswer {
  return {
    status: statusCode,
    body: body.joined(),
    header(name) {
      const value = headers[name]
      return typeof value === 'object' ? value.join(', ') : value
    },
  }
}

/** A body that arrives in chunks, up to one byte more than is taken. */
class Body {
  readonly #mostBytes: number
  readonly #chunks: Uint8Array[] = []
  #length = 0

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes
  }

  /** Takes the next chunk. @returns whether it is the last one to take. */
  isCutBy(chunk: Uint8Array): boolean {
    const left = this.#mostBytes + 1 - this.#length
    this.#chunks.push(chunk.byteLength > left ? chunk.subarray(0, left) : chunk)
    this.#length += Math.min(chunk.byteLength, left)
    return chunk.byteLength >= left
  }

  joined(): Uint8Array {
    const whole = new Uint8Array(this.#length)
    let at = 0
    for (const chunk of this.#chunks) {
      whole.set(chunk, at)
      at += chunk.byteLength
    }
    return whole
  }
}

function closeUnused({ freeSockets }: Agent): void {
  for (const sockets of Object.values(freeSockets)) for (const socket of sockets ?? []) socket.destroy()
}

const byFetch: HttpGetter = {
  async get(url, headers, signal, mostBytes) {
    // A redirect is answered as its status: workerd does not know `redirect: 'error'`.
    const response = await fetch(url, { headers, signal, redirect: 'manual' })
    const body = new Body(mostBytes)
    const reader = response.body?.getReader()
    for (let next = await reader?.read(); next?.value; next = await reader?.read())
      if (body.isCutBy(next.value)) await reader?.cancel()
    return {
      status: response.status,
      body: body.joined(),
      header: (name) => response.headers.get(name) ?? undefined,
    }
  },
  close() {},
}
