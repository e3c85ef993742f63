/**
 * Backups in a store that a fleet shares, such as a Keyv over Redis.
 *
 * Backups are texts there (base64), because not every store takes bytes.
 *
 * @module
 */
import type { BackupStore } from './options.ts'
import type { BackupPlace } from './place.ts'

const PREFIX = 'appconfig-kit:backup:'
/** A deployment reaches all processes of a fleet within a minute; their writes need not come at once. */
const SPREAD_MS = 5000

/** @param ttlMs how long the store is told to keep a backup. */
export function storePlace(store: BackupStore, ttlMs: number): BackupPlace {
  return {
    spreadMs: SPREAD_MS,
    async read(name) {
      const text = await store.get(PREFIX + name)
      if (text === undefined || text === null) return undefined
      if (typeof text !== 'string') throw new Error(`the store gave a ${typeof text} in place of a text`)
      return Buffer.from(text, 'base64')
    },
    async write(name, bytes) {
      const written = await store.set(PREFIX + name, Buffer.from(bytes).toString('base64'), ttlMs)
      // A Keyv does not reject unless it was told to.
      if (written === false) throw new Error('the store did not set it')
    },
  }
}
