/**
 * From a client's events to the provider's: one for each change of its status, and for each change of flags.
 *
 * @module
 */
import type { AppConfigClient, DocumentId } from '@appconfig-kit/core'
import { type OpenFeatureEventEmitter, ServerProviderEvents } from '@openfeature/server-sdk'

/** What is followed of a client. */
export type FollowedClient = Pick<AppConfigClient, 'on' | 'health' | 'clock'>

/** A client that is followed. */
export interface Following {
  /** The start is over. The SDK tells READY or ERROR itself; what comes later is told here. */
  started(isReady: boolean): void
  /** Whether an old content is served of any document. */
  readonly isAnyStale: boolean
  /** Whether an old content is served of this one. */
  isStale(document: DocumentId): boolean
  /** Removes all listeners. */
  stop(): void
}

/** A document of which nobody asks any more is not polled, so nothing tells that it has recovered. */
const CHECK_MS = 10_000

/** @param isSectioned whether the keys of a document are names of sections, and no flags. */
export function followClient(
  client: FollowedClient,
  events: OpenFeatureEventEmitter,
  isSectioned: (document: DocumentId) => boolean,
): Following {
  const stale = new Set<string>()
  let status: 'starting' | 'ready' | 'stale' | 'error' = 'starting'
  let cancelCheck = (): void => {}

  function update(): void {
    if (status === 'starting' || (status === 'error' && client.health().status === 'unavailable')) return
    const next = stale.size > 0 ? 'stale' : 'ready'
    if (next === status) return
    status = next
    cancelCheck()
    if (next === 'stale') {
      cancelCheck = client.clock.schedule(CHECK_MS, check)
      events.emit(ServerProviderEvents.Stale, {
        message: 'AppConfig does not answer: an old content is served',
      })
    } else events.emit(ServerProviderEvents.Ready, {})
  }
  function check(): void {
    const { documents, tenantDocuments } = client.health()
    const isBehind = documents.some((document) => document.status === 'stale')
    if (!isBehind && !tenantDocuments.stale) stale.clear()
    else cancelCheck = client.clock.schedule(CHECK_MS, check)
    update()
  }
  const offs = [
    client.on('stale', ({ document }) => {
      stale.add(keyOf(document))
      update()
    }),
    client.on('recovered', ({ document }) => {
      stale.delete(keyOf(document))
      update()
    }),
    client.on('change', (event) => {
      update()
      if (status === 'starting' || status === 'error') return
      const flagsChanged = [...event.changedKeys]
      if (flagsChanged.length === 0) return
      events.emit(
        ServerProviderEvents.ConfigurationChanged,
        isSectioned(event.document) ? {} : { flagsChanged },
      )
    }),
  ]

  return {
    started(isReady) {
      status = isReady ? 'ready' : 'error'
      // The SDK tells READY after this; STALE has to come later still.
      if (isReady && stale.size > 0) setImmediate(update).unref()
    },
    get isAnyStale() {
      return stale.size > 0
    },
    isStale: (document) => stale.has(keyOf(document)),
    stop() {
      cancelCheck()
      for (const off of offs) off()
      status = 'starting'
      stale.clear()
    },
  }
}

/** A document's name; never part of an event. */
export function keyOf({ application, environment, profile, entity }: DocumentId): string {
  return JSON.stringify([application, environment, profile, entity])
}
