/**
 * The queue of writes: each after a delay, few at a time, and each document once.
 *
 * Knows nothing of backups.
 *
 * @module
 */
import type { Clock } from '../clock.ts'

/** Something that is written when its turn comes. */
export interface Writable {
  /** Never rejects. */
  write(): Promise<void>
}

/** Writes that wait for their turn. */
export interface WriteQueue {
  /** Writes it after a delay. Where it waits already, nothing changes. */
  add(item: Writable, delayMs: number): void
  /** Writes all that waits, without delay. Nothing can be added afterwards. */
  finish(): Promise<void>
}

const MOST_AT_A_TIME = 4

/** Makes an empty queue. */
export function createWriteQueue(clock: Clock): WriteQueue {
  const delayed = new Map<Writable, () => void>()
  const ready = new Set<Writable>()
  const running = new Set<Writable>()
  let isFinishing = false
  let noteIdle = (): void => {}

  function makeReady(item: Writable): void {
    delayed.delete(item)
    ready.add(item)
    startReady()
  }

  function startReady(): void {
    for (const item of ready) {
      if (running.size >= MOST_AT_A_TIME) return
      if (running.has(item)) continue
      ready.delete(item)
      running.add(item)
      void item.write().finally(() => {
        running.delete(item)
        startReady()
      })
    }
    if (running.size === 0 && ready.size === 0) noteIdle()
  }

  return {
    add(item, delayMs) {
      if (isFinishing || delayed.has(item) || ready.has(item)) return
      if (delayMs <= 0) makeReady(item)
      else
        delayed.set(
          item,
          clock.schedule(delayMs, () => makeReady(item)),
        )
    },
    finish() {
      isFinishing = true
      for (const [item, cancel] of [...delayed]) {
        cancel()
        ready.add(item)
      }
      delayed.clear()
      return new Promise((resolve) => {
        noteIdle = resolve
        startReady()
      })
    },
  }
}
