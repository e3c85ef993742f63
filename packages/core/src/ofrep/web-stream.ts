/**
 * Streams of changes as web streams.
 *
 * @module
 */
import type { StreamSink } from './stream-group.ts'

/** A page has left that many texts unread: it is taken for gone. */
const MOST_UNREAD = 1000

/** @param begin begins the stream and returns a function to call when the page has gone. */
export function webStream(begin: (sink: StreamSink) => () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let leave = (): void => {}
  return new ReadableStream<Uint8Array>({
    start(controller) {
      const finish = (): void => {
        leave()
        leave = () => {}
        controller.close()
      }
      leave = begin({
        send(text) {
          if ((controller.desiredSize ?? 0) < -MOST_UNREAD) finish()
          else controller.enqueue(encoder.encode(text))
        },
        end: finish,
      })
    },
    cancel: () => leave(),
  })
}
