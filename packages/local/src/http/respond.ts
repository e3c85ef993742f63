/**
 * Sends a reply over the socket.
 *
 * Straight to Node's response: the HTTP library would turn a buffer into a stream and back, and
 * complains on the console when a client goes away meanwhile.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Reply } from './operation.ts'

/** Sends a reply; the returned value tells the HTTP library that the reply was sent. */
export function send(outgoing: ServerResponse, reply: Reply): Response {
  const body = bodyOf(reply)
  outgoing.writeHead(reply.status, headersOf(reply, body))
  outgoing.end(reply.status === 204 ? undefined : body)
  return RESPONSE_ALREADY_SENT
}

/** Sends the first half of a reply that promises the whole, and ends the connection. */
export function sendTruncated(outgoing: ServerResponse, reply: Reply): Response {
  const body = bodyOf(reply)
  const headers = { ...headersOf(reply, body), 'content-length': String(Math.max(2, body.byteLength)) }
  outgoing.writeHead(reply.status, headers)
  const half = body.subarray(0, Math.floor(body.byteLength / 2))
  outgoing.flushHeaders()
  outgoing.write(half, () => outgoing.socket?.destroy())
  return RESPONSE_ALREADY_SENT
}

function bodyOf({ json, content }: Reply): Uint8Array {
  return content ?? Buffer.from(json === undefined ? '' : JSON.stringify(json))
}

function headersOf(reply: Reply, body: Uint8Array): Record<string, string> {
  const headers: Record<string, string> = { 'x-amzn-requestid': randomUUID() }
  if (reply.json !== undefined) headers['content-type'] = 'application/json'
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value
  }
  if (reply.status !== 204) headers['content-length'] = String(body.byteLength)
  return headers
}
