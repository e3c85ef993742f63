/**
 * A line between a client and the local AppConfig: a proxy on a port and a name of its own that can be broken.
 *
 * What breaks it is a {@link Trouble}: it hits the calls of one operation, and everything else passes. What
 * concerns the connection hits all calls; it begins at once, or when the call before was answered.
 *
 * @module
 */
import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { CERTIFICATE, KEY } from './certificate.ts'
import { newName, setKnown } from './names.ts'
import { operationOf } from './operations.ts'
import type { Reply, Trouble } from './trouble.ts'

export interface Line {
  /** What a client is given as its endpoint. */
  readonly url: string
  /** How many calls the trouble has hit. */
  readonly hits: number
  /** Whether a trouble of the connection has begun. */
  readonly isBroken: boolean
  /**
   * Breaks the line.
   *
   * @param operation whose calls are hit.
   * @param after the operation after whose next answer a trouble of the connection begins. @default at once
   */
  break(trouble: Trouble, operation: string, after?: string): Promise<void>
  /** Answers the next call of an operation in AppConfig's place. */
  answerNext(operation: string, reply: Reply): void
  /** Mends it, and lets an answer go that waits for that. */
  mend(): Promise<void>
  close(): Promise<void>
}

interface LineOptions {
  /** The address of the local AppConfig. */
  readonly target: string
  /** Whether clients speak TLS to it. */
  readonly isSecure: boolean
}

export async function startLine({ target, isSecure }: LineOptions): Promise<Line> {
  const name = newName()
  const upstream = new Agent({ keepAlive: true })
  const sockets = new Set<Socket>()
  const http = createServer(
    (incoming, outgoing) => void pass(incoming, outgoing).catch(() => outgoing.destroy()),
  )
  const tls = createTlsServer(
    { key: KEY, cert: CERTIFICATE },
    (socket) => void http.emit('connection', socket),
  )
  /** The TCP socket below a request. */
  const rawSocketOf = ({ socket }: IncomingMessage): Socket | undefined =>
    [...sockets].find(({ remotePort }) => remotePort === socket.remotePort)
  tls.on('tlsClientError', () => {})
  const tcp = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    const isTls = speaksTls()
    ;(isTls ? tls : http).emit('connection', socket)
  })
  tcp.listen(0, '127.0.0.1')
  await once(tcp, 'listening')
  const { port } = tcp.address() as { port: number }

  let trouble: Trouble | undefined
  let hitOperation = ''
  let beginsAfter: string | undefined
  let isBroken = false
  let hits = 0
  let instead: { readonly operation: string; readonly reply: Reply } | undefined
  let release = (): void => {}
  let released = Promise.resolve()
  setTrusted(true)

  function speaksTls(): boolean {
    if (!isBroken) return isSecure
    if (trouble?.connection === 'speaks TLS') return true
    return isSecure && trouble?.connection !== 'speaks plain HTTP'
  }

  /** Only lines with TLS ask for trust. */
  function setTrusted(isTrusted: boolean): void {
    if (isTrusted && isSecure) process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0'
    else delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
  }

  /** Breaks the connection, for whoever connects from now on. */
  function breakConnection(): void {
    isBroken = true
    if (trouble?.connection === 'refused') tcp.close()
    if (trouble?.connection === 'name unknown') setKnown(name, false)
    if (trouble?.connection === 'untrusted') setTrusted(false)
  }

  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const body = await bytesOf(incoming)
    const operation = operationOf(incoming)
    const isHit = trouble !== undefined && operation === hitOperation && (trouble.times ?? 1 / 0) > hits
    if (isHit) hits += 1
    if (trouble?.connection !== undefined && operation === beginsAfter) {
      beginsAfter = undefined
      outgoing.setHeader('connection', 'close')
      for (const socket of sockets) if (socket !== rawSocketOf(incoming)) socket.destroy()
      breakConnection()
    }
    if (instead?.operation === operation) {
      const { reply } = instead
      instead = undefined
      return void send(outgoing, reply)
    }
    const play = isHit ? (trouble as Trouble) : {}
    if (play.cut === 'before the answer') return void incoming.socket.resetAndDestroy()
    const own = play.answer?.(incoming)
    if (own) return void send(outgoing, own)
    const reply = await forward(incoming, body)
    const altered = play.alter?.(reply) ?? reply
    if (play.cut === 'held') return
    if (play.cut === 'until released') await released
    if (play.cut === 'reset in the body' || play.cut === 'cut short')
      return sendHalf(outgoing, altered, play.cut === 'cut short')
    send(outgoing, altered)
    if (play.blocksMs !== undefined) block(play.blocksMs)
  }

  async function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Reply> {
    const { host: _host, connection: _connection, ...rest } = headers
    const call = request(new URL(url as string, target), { method, headers: rest, agent: upstream })
    call.end(body)
    const [answer] = (await once(call, 'response')) as [IncomingMessage]
    const { connection: _kept, 'transfer-encoding': _chunked, ...replyHeaders } = answer.headers
    return {
      status: answer.statusCode as number,
      headers: replyHeaders as Record<string, string>,
      body: await bytesOf(answer),
    }
  }

  async function mend(): Promise<void> {
    const wasRefused = isBroken && trouble?.connection === 'refused'
    trouble = undefined
    isBroken = false
    setKnown(name, true)
    setTrusted(true)
    release()
    if (!wasRefused) return
    tcp.listen(port, '127.0.0.1')
    await once(tcp, 'listening')
  }

  return {
    url: `${isSecure ? 'https' : 'http'}://${name}:${port}`,
    get hits() {
      return hits
    },
    get isBroken() {
      return isBroken
    },
    async break(wanted, operation, after) {
      trouble = wanted
      hitOperation = operation
      beginsAfter = after
      hits = 0
      released = new Promise((resolve) => {
        release = resolve
      })
      if (wanted.connection === undefined || after !== undefined) return
      breakConnection()
      for (const socket of sockets) socket.destroy()
      while (sockets.size > 0) await new Promise((resolve) => setImmediate(resolve))
    },
    answerNext(operation, reply) {
      instead = { operation, reply }
    },
    mend,
    async close() {
      setKnown(name, true)
      delete process.env['NODE_TLS_REJECT_UNAUTHORIZED']
      upstream.destroy()
      for (const socket of sockets) socket.destroy()
      http.close()
      if (tcp.listening) await new Promise((resolve) => tcp.close(resolve))
    },
  }
}

async function bytesOf(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function send(outgoing: ServerResponse, { status, headers, body }: Reply): void {
  outgoing.writeHead(status, { ...headers, 'content-length': body.byteLength })
  outgoing.end(body)
}

/** Promises the whole body, sends half of it, and ends the connection: in order, or with a reset. */
function sendHalf(outgoing: ServerResponse, { status, headers, body }: Reply, isInOrder: boolean): void {
  const { socket } = outgoing
  outgoing.writeHead(status, { ...headers, 'content-length': Math.max(2, body.byteLength) })
  outgoing.write(body.subarray(0, body.byteLength / 2), () => {
    if (isInOrder) socket?.end()
    else socket?.resetAndDestroy()
  })
}

/** Keeps the whole process from doing anything. */
function block(forMs: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs)
}
