/**
 * Turns a reply into what goes over the socket.
 *
 * @module
 */
import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Reply } from './operation.ts'

/** A reply as the HTTP library sends it. */
export function toResponse(reply: Reply): Response {
  const body = bodyOf(reply)
  return new Response(reply.status === 204 ? null : body, {
    status: reply.status,
    headers: headersOf(reply, body),
  })
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

function bodyOf({ json, content }: Reply): Buffer<ArrayBuffer> {
  if (content) return Buffer.from(content)
  return Buffer.from(json === undefined ? '' : JSON.stringify(json))
}

function headersOf(reply: Reply, body: Buffer): Record<string, string> {
  const headers: Record<string, string> = { 'x-amzn-requestid': randomUUID() }
  if (reply.json !== undefined) headers['content-type'] = 'application/json'
  for (const [name, value] of Object.entries(reply.headers ?? {})) {
    if (value !== undefined) headers[name.toLowerCase()] = value
  }
  if (reply.status !== 204) headers['content-length'] = String(body.byteLength)
  return headers
}
