/**
 * Streams that tell pages to ask again: server-sent events, as the protocol has them.
 *
 * What callers may rely on:
 *  1. A page is told that flags have changed, never which or to what, and only of what its own tenant is served.
 *  2. What changes between a page's question and its stream is told when the stream opens.
 *  3. While pages listen, their tenant stays warm: a stream is a use of it.
 *  4. Streams are bounded in number and in time, and end with the client.
 *
 * @module
 */
import type { AppConfigClient } from '../client/app-config-client.ts'
import type { Seen } from '../views/seen.ts'
import type { OfrepSettings } from './options.ts'
import {
  beginningOf,
  eventOf,
  Stream,
  StreamGroup,
  type StreamSink,
  type StreamTenant,
} from './stream-group.ts'
import { type Watch, watchGroups } from './watch-groups.ts'

/** The streams of one handler. */
export interface ChangeStreams {
  /** Why there can't be one more. */
  refusalFor(tenant: StreamTenant): 'full' | 'full-for-tenant' | undefined
  /**
   * Opens a stream.
   *
   * @param seen what the page's request sees.
   * @param known the stamp of what the page knows; undefined where it does not say: it is told to ask.
   * @returns a function that takes note of the page having gone.
   */
  open(tenant: StreamTenant, seen: Seen, known: string | undefined, sink: StreamSink): () => void
  /** Ends all. */
  close(): void
}

/** @param stampOf a name of what the exposed flags are in what is seen. */
export function createChangeStreams(
  client: AppConfigClient<unknown>,
  stampOf: (seen: Seen) => string,
  limits: NonNullable<OfrepSettings['changeStream']>,
): ChangeStreams {
  const groups = new Map<string, StreamGroup>()
  let openStreams = 0
  let opened = 0
  let watch: Watch | undefined

  function close(): void {
    for (const group of groups.values()) group.endAll()
  }
  function watching(): Watch {
    watch ??= watchGroups(client, groups, stampOf, limits, close)
    return watch
  }
  function leave(key: string, group: StreamGroup, stream: Stream): void {
    if (!group.streams.delete(stream)) return
    openStreams--
    if (group.streams.size === 0) groups.delete(key)
    if (openStreams > 0) return
    watch?.stop()
    watch = undefined
  }

  return {
    refusalFor(tenant) {
      if (openStreams >= limits.maxStreams) return 'full'
      // A request without a tenant is nobody's in particular.
      const open = tenant ? (groups.get(keyOf(tenant))?.streams.size ?? 0) : 0
      return open >= limits.maxStreamsPerTenant ? 'full-for-tenant' : undefined
    },
    open(tenant, seen, known, sink) {
      const key = keyOf(tenant)
      const group = groups.get(key) ?? new StreamGroup(tenant)
      groups.set(key, group)
      const stream = new Stream(sink, client.clock.now() + limits.maxStreamSeconds * 1000)
      const current = watching().check(group) ?? stampOf(seen)
      group.streams.add(stream)
      openStreams++
      opened++
      stream.send(beginningOf(current, opened))
      if (known !== current) stream.send(eventOf(current))
      return () => leave(key, group, stream)
    },
    close,
  }
}

/** A tenant is all it says it is. */
function keyOf(tenant: StreamTenant): string {
  return JSON.stringify(tenant ?? null)
}
