/**
 * Whether what tenants are served has changed: after each change of a document, and at each heartbeat.
 *
 * @module
 */
import { type AppConfigClient, IS_UPDATING, LOOK, ON_CLOSE } from '../client/app-config-client.ts'
import { TURN_MS } from '../turns.ts'
import type { Seen } from '../views/seen.ts'
import type { ChangeStreamOptions } from './options.ts'
import type { StreamGroup } from './stream-group.ts'

/** Compares while pages listen. */
export interface Watch {
  /** Brings a group up to date. @returns what the flags are now; undefined for a tenant that has to be loaded. */
  check(group: StreamGroup): string | undefined
  stop(): void
}

/**
 * @param stampOf a name of what the exposed flags are in what is seen.
 * @param onClose called when the client is closed.
 */
export function watchGroups(
  client: AppConfigClient<unknown>,
  groups: ReadonlyMap<string, StreamGroup>,
  stampOf: (seen: Seen) => string,
  { heartbeatSeconds, repeatAfterSeconds }: Required<ChangeStreamOptions>,
  onClose: () => void,
): Watch {
  const { clock } = client
  const look = client[LOOK] ?? ((tenant) => client.peek(tenant) as Seen | undefined)
  const unchecked = new Set<StreamGroup>()
  let isStopped = false

  function update(group: StreamGroup, stamp: string): void {
    const repeatAtMs =
      repeatAfterSeconds === 0 ? Number.POSITIVE_INFINITY : clock.now() + repeatAfterSeconds * 1000
    group.update(stamp, repeatAtMs)
  }
  function check(group: StreamGroup): string | undefined {
    let seen: Seen | undefined
    try {
      seen = look(group.tenant, undefined)
    } catch {
      // Such as a layer function that throws: requests are told of it.
    }
    if (seen === undefined) return undefined
    const stamp = stampOf(seen)
    update(group, stamp)
    return stamp
  }
  /** For a tenant that is cold, or whose variants the source chooses. What fails is told to requests, too. */
  function load(group: StreamGroup): void {
    void client.resolve(group.tenant).then(
      (config) => update(group, stampOf(config as Seen)),
      () => {},
    )
  }
  function sweep(): void {
    if (isStopped) return
    const endsAtMs = performance.now() + TURN_MS
    const updating: StreamGroup[] = []
    for (const group of unchecked) {
      unchecked.delete(group)
      if (group.streams.size === 0) continue
      check(group)
      // What it sees is from before the change: a large configuration is composed in turns.
      if (client[IS_UPDATING]?.(group.tenant)) updating.push(group)
      if (performance.now() >= endsAtMs) break
    }
    for (const group of updating) unchecked.add(group)
    if (unchecked.size > 0) setImmediate(sweep)
  }
  function tend(): void {
    cancel = clock.schedule(heartbeatSeconds * 1000, tend)
    for (const group of groups.values()) {
      // This is also a use of the tenant, which is dropped when nobody uses it.
      if (check(group) === undefined) load(group)
      group.tend(clock.now())
    }
  }
  let cancel = clock.schedule(heartbeatSeconds * 1000, tend)
  const offs = [
    client.on('change', () => {
      if (unchecked.size === 0) setImmediate(sweep)
      for (const group of groups.values()) unchecked.add(group)
    }),
    client[ON_CLOSE]?.(onClose),
  ]
  return {
    check,
    stop() {
      isStopped = true
      cancel()
      for (const off of offs) off?.()
    },
  }
}
