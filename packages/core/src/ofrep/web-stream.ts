/**
 * Streams of changes as web streams.
 *
 * @module
 */
import type { StreamSink } from './stream-group.ts'

/** A page has left that many texts unread: it is taken for gone. */
const MOST_UNREAD = 1000

/**
 * A stream of changes as the body of a web response.
 *
 * @param begin begins the stream and returns a function to call when the page has gone.
 */
export function webStream(begin: (sink: StreamSink) => () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let isOver = false
  let leave = (): void => {}
  function finish(controller?: ReadableStreamDefaultController<Uint8Array>): void {
    if (isOver) return
    isOver = true
    controller?.close()
    leave()
  }
  return new ReadableStream<Uint8Array>({
    start(controller) {
      leave = begin({
        send(text) {
          if (isOver) return
          if ((controller.desiredSize ?? 0) < -MOST_UNREAD) finish(controller)
          else controller.enqueue(encoder.encode(text))
        },
        end: () => finish(controller),
      })
    },
    cancel: () => finish(),
  })
}
