/**
 * The JSON body of a request.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { UnreadableError } from '../explaining/read-subject.ts'

const MOST_BYTES = 65_536

/**
 * Where a body parser of the application was there before, its result is taken.
 *
 * @throws {UnreadableError}
 */
export async function readBody(request: IncomingMessage & { readonly body?: unknown }): Promise<unknown> {
  if (typeof request.body === 'object' && request.body !== null) return request.body
  if (request.readableEnded)
    throw new UnreadableError('The body was read by a body parser before. Mount the console above it.')
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    bytes += (chunk as Buffer).byteLength
    if (bytes > MOST_BYTES) throw new UnreadableError(`The request has more than ${MOST_BYTES} bytes.`)
    chunks.push(chunk as Buffer)
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    throw new UnreadableError('The request is no JSON.')
  }
}
