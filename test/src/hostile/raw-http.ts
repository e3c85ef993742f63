/**
 * Requests as bytes, which no client library would send, and what is answered to them.
 *
 * @module
 */
import { connect } from 'node:net'

export interface RawAnswer {
  /** 0 where the connection ended without an answer of HTTP. */
  readonly status: number
  readonly headers: string
  readonly body: string
}

const LONGEST_MS = 10_000

/** Sends bytes, and reads until the connection ends. Rejects if nothing ends it. */
export function sendRaw(url: string, bytes: Uint8Array): Promise<RawAnswer> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    const chunks: Buffer[] = []
    socket.setTimeout(LONGEST_MS, () => {
      socket.destroy()
      reject(new Error(`no answer within ${LONGEST_MS} ms`))
    })
    socket.on('data', (chunk) => void chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => resolve(parsed(Buffer.concat(chunks).toString('latin1'))))
    socket.write(bytes)
  })
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf('\r\n\r\n')
  const headers = end < 0 ? text : text.slice(0, end)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(headers)?.[1] ?? 0),
    headers: headers.toLowerCase(),
    body: end < 0 ? '' : text.slice(end + 4),
  }
}

/** A request that asks for the end of the connection behind its answer. */
export function rawRequest(
  method: string,
  target: string,
  headers: readonly (readonly [name: string, value: string])[],
  body: Uint8Array,
): Uint8Array {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.byteLength}`,
    'connection: close',
    '',
    '',
  ]
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), body])
}
