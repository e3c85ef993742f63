/**
 * What the tests of backups share.
 *
 * @module
 */
import type { BackupSettings, BackupStore } from '../../src/backup/options.ts'
import type { PollResult, Source } from '../../src/index.ts'
import { parseBackup } from '../../src/options/parse-backup.ts'

export const ID = { application: 'api', environment: 'prod', profile: 'default' }
export const asItIs = (bytes: Uint8Array): Uint8Array => bytes
export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The settings that the options become. */
export function settingsOf(options: Parameters<typeof parseBackup>[0]): BackupSettings {
  return parseBackup(options) as BackupSettings
}

export interface StoreInMemory {
  readonly store: BackupStore
  readonly held: Map<string, string>
  readonly calls: string[]
  readonly ttls: number[]
  sets(): number
}

/** A store in memory that records its calls. */
export function storeInMemory(): StoreInMemory {
  const held = new Map<string, string>()
  const calls: string[] = []
  const ttls: number[] = []
  const store: BackupStore = {
    async get(key) {
      calls.push('get')
      return held.get(key)
    },
    async set(key, value, ttlMs) {
      calls.push('set')
      ttls.push(ttlMs)
      held.set(key, value)
    },
  }
  return { store, held, calls, ttls, sets: () => calls.filter((call) => call === 'set').length }
}

/** A promise that never settles. */
export const never = <Result>(): Promise<Result> => new Promise(() => {})

export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets what is under way in memory get done. */
export async function turns(): Promise<void> {
  for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
}

export const json = (value: unknown): PollResult => ({
  kind: 'content',
  body: bytesOf(JSON.stringify(value)),
  contentType: 'application/json',
  nextPollMs: 60_000,
})

/** A source whose answers can be set at any time, by profile: content, absence, an error or a hanging call. */
export function settableSource(answers: Record<string, PollResult | Error | 'hangs'>): Source {
  return {
    name: 'settable',
    open: ({ profile }) => ({
      async poll() {
        const answer = answers[profile] ?? { kind: 'absent', nextPollMs: 60_000 }
        if (answer instanceof Error) throw answer
        return answer === 'hangs' ? never<PollResult>() : answer
      },
    }),
  }
}
