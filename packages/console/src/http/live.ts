/**
 * Streams of server-sent events, which tell the page that something has changed.
 *
 * They carry names of what changed, never the thing itself: the page asks for that, and is authorized again. So does
 * a stream that is open for a few minutes: it is ended, and the browser comes back.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import type { Clock } from '@appconfig-kit/core'
import { answerNothing, beginStream } from './respond.ts'

/** What may have changed. */
export type Topic = 'documents' | 'deployments' | 'rollouts' | 'decisions'

/** The streams of one console. */
export interface Live {
  /** Makes the answer a stream; 503 where there are too many. */
  open(response: ServerResponse): void
  /** Tells all streams, soon. */
  touch(topic: Topic): void
  /** Ends all streams. */
  close(): void
}

/** For all people together, not for each. */
const MOST_STREAMS = 20
const LONGEST_STREAM_MS = 300_000
/** Changes that come together are told together. */
const GATHERED_MS = 150

/** What the streams need. */
export interface LivePorts {
  readonly clock: Clock
  /** The first stream was opened. */
  readonly onFirst: () => void
  /** The last stream has ended. */
  readonly onLast: () => void
}

/** Makes the streams of one console. */
export function createLive({ clock, onFirst, onLast }: LivePorts): Live {
  const streams = new Set<ServerResponse>()
  const touched = new Set<Topic>()
  let cancelTelling: (() => void) | undefined

  function tell(): void {
    cancelTelling = undefined
    const text = [...touched].map((topic) => `event: ${topic}\ndata: {}\n\n`).join('')
    touched.clear()
    for (const stream of streams) {
      // Who does not read is not written to: what it missed, it asks for when it comes back.
      if (stream.writableNeedDrain) stream.destroy()
      else stream.write(text)
    }
  }

  return {
    open(response) {
      if (streams.size >= MOST_STREAMS) {
        answerNothing(response, 503, { 'Retry-After': '10' })
        return
      }
      const cancel = clock.schedule(LONGEST_STREAM_MS, () => response.end())
      response.once('close', () => {
        cancel()
        if (streams.delete(response) && streams.size === 0) onLast()
      })
      beginStream(response)
      streams.add(response)
      if (streams.size === 1) onFirst()
    },
    touch(topic) {
      if (streams.size === 0) return
      touched.add(topic)
      cancelTelling ??= clock.schedule(GATHERED_MS, tell)
    },
    close() {
      cancelTelling?.()
      for (const stream of streams) stream.end()
    },
  }
}
