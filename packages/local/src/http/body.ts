/**
 * Request bodies, up to a limit.
 *
 * Read from Node's own stream: the HTTP library's body limit builds a new global `Request`, which
 * takes the library replacing that global for the whole process, and a package must not do that.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http'

/** The body, or, of one that is too large, how large it is as far as that is known. */
export async function readBody(
  incoming: IncomingMessage,
  maxBytes: number,
): Promise<{ readonly body: Uint8Array } | { readonly tooLargeBytes: number }> {
  const announced = Number(incoming.headers['content-length'] ?? 0)
  if (announced > maxBytes) return { tooLargeBytes: announced }

  const chunks: Uint8Array[] = []
  let size = 0
  // Not destroyed when left: the answer still has to go over the same connection.
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    chunks.push(chunk)
    size += chunk.byteLength
    if (size > maxBytes) return { tooLargeBytes: size }
  }
  return { body: Buffer.concat(chunks) }
}
