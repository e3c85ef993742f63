/**
 * The answer that a response sends, recorded while it is sent.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { ShadowAnswer } from '@appconfig-kit/core'
import { MAX_SHADOW_BYTES, shadowAnswer } from '@appconfig-kit/core/adapter'

/**
 * Records what is written from now on, before middleware in front of the route compresses it.
 *
 * @returns a promise of the answer once it is sent; of undefined where it is never sent whole, or can't be compared.
 */
export function recordedAnswer(res: ServerResponse): Promise<ShadowAnswer | undefined> {
  const chunks: Uint8Array[] = []
  let size = 0
  const keep = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) return
    size += chunk.length
    // More is not compared: nothing of it is kept.
    if (size > MAX_SHADOW_BYTES) chunks.length = 0
    else chunks.push(typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(encoding)) : chunk)
  }
  const { write, end } = res
  res.write = function recordingWrite(this: ServerResponse, ...args: unknown[]) {
    keep(args[0], args[1])
    return Reflect.apply(write, this, args) as boolean
  }
  res.end = function recordingEnd(this: ServerResponse, ...args: unknown[]) {
    keep(args[0], args[1])
    return Reflect.apply(end, this, args) as ServerResponse
  }
  return new Promise((resolve) => {
    res.once('finish', () => {
      const body = size === 0 ? undefined : Buffer.concat(chunks)
      resolve(
        size > MAX_SHADOW_BYTES
          ? undefined
          : shadowAnswer(res.statusCode, (name) => res.getHeader(name), body),
      )
    })
    res.once('close', () => resolve(undefined))
  })
}

function encodingOf(encoding: unknown): BufferEncoding {
  return typeof encoding === 'string' && Buffer.isEncoding(encoding) ? encoding : 'utf8'
}
