import { expect, it, vi } from 'vitest'
import { createAppConfig, memory } from '../../src/index.ts'
import type { ChangeStreamOptions } from '../../src/ofrep/options.ts'
import type { StreamGroup } from '../../src/ofrep/stream-group.ts'
import { watchGroups } from '../../src/ofrep/watch-groups.ts'
import { configSeen } from '../../src/views/seen.ts'

/** So many keys that they are composed in turns, while requests see what was before. */
const LARGE = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`key-${at}`, at]))

it('a large change is told once it is what requests see', async () => {
  const source = memory({ default: { ...LARGE, flag: 1 } })
  const client = createAppConfig({ application: 'api', environment: 'dev', layers: ['default'], source })
  await client.start()
  const stamps: string[] = []
  const group = {
    tenant: null,
    streams: new Set(['a page']),
    update: (stamp: string) => void stamps.push(stamp),
    tend: () => {},
  }
  const watch = watchGroups(
    client,
    new Map([['', group as unknown as StreamGroup]]),
    (seen) => String((configSeen(seen) as { flag: number }).flag),
    { heartbeatSeconds: 3600, repeatAfterSeconds: 0 } as Required<ChangeStreamOptions>,
    () => {},
  )
  source.publish('default', { ...LARGE, flag: 2 })
  await vi.waitFor(() => expect(stamps.at(-1)).toBe('2'))
  // What requests saw in between was not taken for the change.
  expect(stamps[0]).toBe('1')
  watch.stop()
  await client.close()
})
