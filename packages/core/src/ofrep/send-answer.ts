/**
 * Answers over Node's responses.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { OfrepAnswer } from './ofrep.ts'
import type { StreamSink } from './stream-group.ts'

/** Sends an answer, beside the headers that the response has already. */
export function sendAnswer(response: ServerResponse, { status, headers, body }: OfrepAnswer): void {
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (typeof body === 'string') response.end(body)
  // A page may have gone before its stream has begun.
  else if (!response.destroyed) response.on('close', body(sinkOf(response)))
}

/** Bytes that a page has left unread: it is taken for gone. */
const MOST_UNREAD_BYTES = 65_536

function sinkOf(response: ServerResponse): StreamSink {
  return {
    send(text) {
      if (response.destroyed) return
      if (response.writableLength > MOST_UNREAD_BYTES) response.destroy()
      else response.write(text)
    },
    end: () => response.end(),
  }
}
