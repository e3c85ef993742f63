/**
 * A pool of versions: documents with the same content share one.
 *
 * Where each tenant asks with its own `Entity-Id`, one document arrives many times. It is read once, and
 * everything made of it is shared; those that arrive while it is being read wait for it.
 *
 * @module
 */
import { type DocumentId, documentKey } from '../sources/source.ts'
import { createWeakCache } from '../weak-cache.ts'
import type { Version } from './version.ts'

/** The versions that are in use, found by their content. */
export interface VersionPool {
  /**
   * The version with that content.
   *
   * @param signal ends waiting: the promise rejects with its reason.
   * @param read reads it if there is none, at once or not; its signal is aborted when nobody waits any more.
   */
  share(
    id: DocumentId,
    content: Pick<Version, 'revision' | 'contentType' | 'versionLabel'>,
    signal: AbortSignal,
    read: (signal: AbortSignal) => Version | Promise<Version>,
  ): Version | Promise<Version>
}

/** A version that is being read. */
interface Reading {
  readonly version: Promise<Version>
  readonly abort: AbortController
  waiting: number
}

/** Makes an empty pool; it keeps no version alive. */
export function createVersionPool(): VersionPool {
  const versions = createWeakCache<Version>()
  const readings = new Map<string, Reading>()

  function begin(key: string, read: (signal: AbortSignal) => Version | Promise<Version>): Version | Reading {
    const abort = new AbortController()
    const made = read(abort.signal)
    if (!('then' in made)) {
      versions.set(key, made)
      return made
    }
    const version = made.then((value) => {
      versions.set(key, value)
      return value
    })
    const reading = { version, abort, waiting: 0 }
    readings.set(key, reading)
    const end = (): void => {
      if (readings.get(key) === reading) readings.delete(key)
    }
    version.then(end, end)
    abort.signal.addEventListener('abort', end)
    return reading
  }

  return {
    share({ entity: _, ...id }, { revision, contentType, versionLabel }, signal, read) {
      const key = JSON.stringify([documentKey(id), revision, contentType, versionLabel])
      const found = versions.get(key) ?? readings.get(key) ?? begin(key, read)
      return 'waiting' in found ? waitFor(found, signal) : found
    },
  }
}

async function waitFor(reading: Reading, signal: AbortSignal): Promise<Version> {
  reading.waiting++
  const { promise, end } = whenAborted(signal)
  try {
    return await Promise.race([reading.version, promise])
  } finally {
    end()
    if (--reading.waiting === 0) reading.abort.abort(signal.reason)
  }
}

/** A promise that rejects when it is aborted, and what ends waiting for that. */
function whenAborted(signal: AbortSignal): { readonly promise: Promise<never>; readonly end: () => void } {
  let end = (): void => {}
  const promise = new Promise<never>((_, reject) => {
    const onAbort = (): void => reject(signal.reason)
    if (signal.aborted) onAbort()
    signal.addEventListener('abort', onAbort)
    end = () => signal.removeEventListener('abort', onAbort)
  })
  return { promise, end }
}
