/**
 * Bodies of requests, as far as they may be read.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'
import { TOO_LARGE } from './read-context.ts'

/**
 * The body of a request of Node's: what a parser before us has made of it, else its text, read now.
 *
 * @param parsed undefined where no parser has run.
 */
export async function nodeBody(
  request: IncomingMessage,
  parsed: unknown,
  maxBytes: number,
): Promise<unknown> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) return TOO_LARGE
  if (parsed instanceof Uint8Array) return textOf([parsed])
  // Somebody has read it, and kept nothing.
  if (parsed !== undefined || request.readableEnded) return parsed
  const chunks: Uint8Array[] = []
  let length = 0
  return new Promise((resolve, reject) => {
    request
      .on('data', (chunk: Uint8Array) => {
        length += chunk.length
        // The rest is read and dropped by Node.
        if (length > maxBytes) resolve(TOO_LARGE)
        else chunks.push(chunk)
      })
      .on('end', () => resolve(textOf(chunks)))
      .on('error', reject)
  })
}

/** The text of a web request's body. */
export async function webBody(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<unknown> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = body?.getReader()
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    length += part.value.length
    if (length > maxBytes) {
      void reader?.cancel().catch(() => {})
      return TOO_LARGE
    }
    chunks.push(part.value)
  }
  return textOf(chunks)
}

function textOf(chunks: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return chunks.map((chunk) => decoder.decode(chunk, { stream: true })).join('') + decoder.decode()
}
