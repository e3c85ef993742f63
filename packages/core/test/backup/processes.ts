/**
 * Processes that start one after the other, on one store of backups.
 *
 * @module
 */
import { afterEach } from 'vitest'
import {
  type AppConfigClient,
  type AppConfigEvents,
  type AppConfigOptions,
  type BackupOptions,
  createAppConfig,
  type DocumentHealth,
  type PollResult,
} from '../../src/index.ts'
import { type ManualClock, manualClock } from '../../src/manual-clock.ts'
import { type StoreInMemory, settableSource, storeInMemory } from './backups.ts'

const clients: AppConfigClient[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
})

export type Answers = Record<string, PollResult | Error | 'hangs'>
export const DOWN: Error = new Error('connect ECONNREFUSED')
export const ABSENT: PollResult = { kind: 'absent', nextPollMs: 60_000 }
export const START_MS = 1_700_000_000_000

export interface Process {
  readonly client: AppConfigClient
  readonly clock: ManualClock
  readonly events: (readonly [event: keyof AppConfigEvents, profile: string, code?: string])[]
  readonly logged: string[]
}

/** A process: its own clock, on a store that others may share. */
export function processOn(
  store: BackupOptions['store'],
  answers: Answers,
  options: Partial<AppConfigOptions> = {},
  startMs: number = START_MS,
): Process {
  const clock = manualClock(startMs)
  const events: [keyof AppConfigEvents, string, string?][] = []
  const logged: string[] = []
  const client: AppConfigClient = createAppConfig<undefined>({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    clock,
    backup: { store } as BackupOptions,
    logger: { warn: (text) => void logged.push(text), info: (text) => void logged.push(text) },
    source: settableSource(answers),
    ...(options as AppConfigOptions<undefined>),
  })
  clients.push(client)
  for (const name of ['change', 'rejected', 'failure', 'stale', 'recovered'] as const)
    client.on(name, (event) => {
      const code = 'error' in event ? event.error.code : undefined
      events.push(code === undefined ? [name, event.document.profile] : [name, event.document.profile, code])
    })
  return { client, clock, events, logged }
}

/** A store with the backup of a process that served these documents, and was closed. */
export async function backedUp(
  answers: Answers,
  options: Partial<AppConfigOptions> = {},
): Promise<StoreInMemory> {
  const memory = storeInMemory()
  const { client } = processOn(memory.store, answers, options)
  await client.resolve('t-01')
  await client.close()
  return memory
}

export const documentOf = (client: AppConfigClient, profile = 'default'): DocumentHealth | undefined =>
  client.health().documents.find((document) => document.profile === profile)
