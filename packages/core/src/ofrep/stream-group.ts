/**
 * The streams of one tenant, and their texts.
 *
 * @module
 */
import type { ResolvedTenant } from '../requests/ask.ts'

/** Where a stream's text goes. */
export interface StreamSink {
  send(text: string): void
  end(): void
}

/** Whose stream it is; `null`: nobody's in particular. */
export type StreamTenant = ResolvedTenant

/** A stream of one page. */
export class Stream {
  readonly endsAtMs: number
  readonly #sink: StreamSink
  #isOver = false

  constructor(sink: StreamSink, endsAtMs: number) {
    this.#sink = sink
    this.endsAtMs = endsAtMs
  }

  send(text: string): void {
    if (!this.#isOver) this.#sink.send(text)
  }

  /** A page that is still there connects anew. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#sink.end()
  }
}

/** The streams of one tenant. */
export class StreamGroup {
  readonly tenant: StreamTenant
  readonly streams: Set<Stream> = new Set()
  /** What the pages were told of, or knew when they came; undefined until that is known. */
  #stamp: string | undefined
  #repeatAtMs = Number.POSITIVE_INFINITY

  constructor(tenant: StreamTenant) {
    this.tenant = tenant
  }

  /** Takes note of what the flags are now, and tells the pages if that is something else. */
  update(stamp: string, repeatAtMs: number): void {
    const before = this.#stamp
    this.#stamp = stamp
    if (before === undefined || before === stamp) return
    this.#repeatAtMs = repeatAtMs
    this.#sendAll(eventOf(stamp))
  }

  /** Once per heartbeat. */
  tend(nowMs: number): void {
    for (const stream of this.streams) if (nowMs >= stream.endsAtMs) stream.end()
    if (nowMs < this.#repeatAtMs) this.#sendAll(HEARTBEAT)
    else {
      this.#repeatAtMs = Number.POSITIVE_INFINITY
      this.#sendAll(eventOf(this.#stamp ?? ''))
    }
  }

  /** Ends all. */
  endAll(): void {
    for (const stream of this.streams) stream.end()
  }

  #sendAll(text: string): void {
    for (const stream of this.streams) stream.send(text)
  }
}

/** A line that browsers pass over. */
const HEARTBEAT = ':\n\n'

/** What the protocol has a page ask again for. The id comes back as `Last-Event-ID` when a page connects anew. */
export function eventOf(stamp: string): string {
  return `id: ${stamp}\ndata: {"type":"refetchEvaluation"}\n\n`
}

/**
 * The first lines: what the page knows, and after how long it connects anew, from one to five seconds, so that the pages
 * of a process that went down do not all come at once.
 *
 * @param count of streams so far.
 */
export function beginningOf(stamp: string, count: number): string {
  return `retry: ${1000 + (count % 20) * 200}\nid: ${stamp}\n\n`
}
