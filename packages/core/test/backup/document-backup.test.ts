/** When a backup is written, and which one wins. */
import { describe, expect, it } from 'vitest'
import { type Backup, createBackup } from '../../src/backup/backup.ts'
import { decodeBackup, encodeBackup } from '../../src/backup/format.ts'
import type { BackupOptions } from '../../src/backup/options.ts'
import {
  type DocumentState,
  NOTHING_HELD,
  withAbsence,
  withContent,
} from '../../src/documents/document-state.ts'
import type { Version } from '../../src/documents/version.ts'
import type { AppConfigError } from '../../src/errors.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { asItIs, bytesOf, ID, never, settingsOf, storeInMemory, turns } from './backups.ts'

const HOUR_MS = 3_600_000

let versions = 0
function version(text: string, receivedAtMs = 1): Version {
  return {
    id: ++versions,
    revision: text,
    contentType: 'application/json',
    versionLabel: undefined,
    value: {},
    body: bytesOf(text),
    receivedAtMs,
    composed: true,
  }
}
const state = (of: Version): DocumentState => withContent(NOTHING_HELD, of, 1)
const ABSENT = withAbsence(NOTHING_HELD, 1)

function backupOf(
  options: Partial<BackupOptions> = {},
  more: { timeoutMs?: number; random?: () => number } = {},
) {
  const memory = storeInMemory()
  const clock = manualClock()
  const errors: AppConfigError[] = []
  const backup: Backup = createBackup(settingsOf({ store: memory.store, ...options } as BackupOptions), {
    clock,
    random: more.random ?? (() => 0.5),
    emitter: { emit: (_, event) => void errors.push((event as { error: AppConfigError }).error) },
    maxDocumentBytes: 1000,
    closeTimeoutMs: 100,
    ...more,
  })
  const read = async () => {
    const [text] = memory.held.values()
    return text === undefined ? undefined : decodeBackup(Buffer.from(text, 'base64'), ID, asItIs)
  }
  const bodyRead = async () => Buffer.from((await read())?.content?.body ?? []).toString()
  return { ...memory, clock, errors, backup, document: backup.of(ID), read, bodyRead }
}

describe('a content', () => {
  it('is written once it was served, after a random delay of up to five seconds', async () => {
    const { document, clock, sets, bodyRead, ttls } = backupOf()
    const first = version('first')
    document.confirm(state(first), clock.now())
    clock.advance(60_000)
    await turns()
    expect(sets()).toBe(0)
    document.approve(first)
    clock.advance(2499)
    await turns()
    expect(sets()).toBe(0)
    clock.advance(1)
    await turns()
    expect(await bodyRead()).toBe('first')
    expect(ttls).toEqual([604_800_000])
  })

  it('is not written before the source has confirmed it, as after a restart from a backup', async () => {
    const { document, clock, sets } = backupOf()
    const first = version('first')
    document.approve(first)
    clock.advance(60_000)
    await turns()
    expect(sets()).toBe(0)
    document.confirm(state(first), clock.now())
    clock.advance(5000)
    await turns()
    expect(sets()).toBe(1)
  })

  it('that was refused is not written: the one before stays', async () => {
    const { document, clock, sets, bodyRead } = backupOf()
    const [good, bad] = [version('good'), version('bad')]
    document.confirm(state(good), clock.now())
    document.approve(good)
    clock.advance(5000)
    await turns()
    document.confirm(state(bad), clock.now())
    clock.advance(10 * HOUR_MS)
    await turns()
    expect([sets(), await bodyRead()]).toEqual([1, 'good'])
  })

  it('that is replaced while it waits is not written: one write for the newest', async () => {
    const { document, clock, sets, bodyRead } = backupOf()
    for (const each of ['a', 'b', 'c'].map((text) => version(text))) {
      document.confirm(state(each), clock.now())
      document.approve(each)
      clock.advance(100)
    }
    clock.advance(5000)
    await turns()
    expect([sets(), await bodyRead()]).toEqual([1, 'c'])
  })

  it('that stays the same for a day is written 24 to 48 times, though it is polled every minute', async () => {
    let seed = 1
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const { document, clock, calls, sets, read } = backupOf({}, { random })
    const only = version('only')
    document.approve(only)
    for (let minute = 0; minute < 1440; minute++) {
      document.confirm(state(only), clock.now())
      clock.advance(60_000)
      await turns()
      const record = await read()
      // Never says more than is known, and never an hour less.
      if (minute > 0) expect(clock.now() - (record?.confirmedAtMs ?? 0)).toBeLessThanOrEqual(HOUR_MS + 70_000)
    }
    expect(sets()).toBeGreaterThanOrEqual(24)
    expect(sets()).toBeLessThanOrEqual(48)
    expect(calls.length).toBe(2 * sets())
  })

  it('is confirmed ten times in a short maxAgeSeconds', async () => {
    const { document, clock, sets } = backupOf({ maxAgeSeconds: 600 })
    const only = version('only')
    document.approve(only)
    for (let second = 0; second < 600; second++) {
      document.confirm(state(only), clock.now())
      clock.advance(1000)
      await turns()
    }
    expect(sets()).toBeGreaterThanOrEqual(10)
    expect(sets()).toBeLessThanOrEqual(20)
  })
})

describe('an absent document', () => {
  it('is written as such', async () => {
    const { document, clock, read } = backupOf()
    document.confirm(ABSENT, clock.now())
    document.approve(undefined)
    clock.advance(5000)
    await turns()
    expect(await read()).toEqual({ id: ID, content: undefined, confirmedAtMs: clock.now() - 5000 })
  })

  it('is written for 10,000 documents of a process, and no more: tenants may be made up', async () => {
    const { backup, clock, held } = backupOf()
    for (let i = 0; i < 10_010; i++) {
      const document = backup.of({ ...ID, profile: `tenant-${i}` })
      document.confirm(ABSENT, clock.now())
      document.approve(undefined)
    }
    clock.advance(5000)
    await backup.close()
    while (held.size < 10_000) await turns()
    await turns()
    expect(held.size).toBe(10_000)
  })
})

describe('of a fleet on one store', () => {
  const stored = async (memory: { held: Map<string, string> }, text: string, confirmedAtMs: number) => {
    const [key] = [...memory.held.keys()]
    const content = {
      body: bytesOf(text),
      contentType: 'application/json',
      versionLabel: undefined,
      receivedAtMs: 1,
    }
    const bytes = await encodeBackup({ id: ID, content, confirmedAtMs }, asItIs)
    memory.held.set(key as string, Buffer.from(bytes).toString('base64'))
  }

  async function written() {
    const fleet = backupOf()
    const mine = version('mine')
    fleet.document.confirm(state(mine), fleet.clock.now())
    fleet.document.approve(mine)
    fleet.clock.advance(5000)
    await turns()
    return fleet
  }

  it('the content that was confirmed later stays, whoever writes later', async () => {
    const fleet = await written()
    await stored(fleet, 'rolled back', fleet.clock.now() + 1000)
    const late = version('late')
    fleet.document.confirm(state(late), fleet.clock.now())
    fleet.document.approve(late)
    fleet.clock.advance(5000)
    await turns()
    expect(await fleet.bodyRead()).toBe('rolled back')
  })

  it('a content that was confirmed before is replaced', async () => {
    const fleet = await written()
    await stored(fleet, 'before the rollback', fleet.clock.now() - 1000)
    fleet.clock.advance(HOUR_MS)
    await turns()
    fleet.document.confirm(state(version('other')), fleet.clock.now())
    expect(await fleet.bodyRead()).toBe('before the rollback')
    const mine = version('mine again')
    fleet.document.confirm(state(mine), fleet.clock.now())
    fleet.document.approve(mine)
    fleet.clock.advance(5000)
    await turns()
    expect(await fleet.bodyRead()).toBe('mine again')
  })

  it('what another process confirmed a moment before is not written again', async () => {
    const fleet = await written()
    const before = fleet.sets()
    await stored(fleet, 'same', fleet.clock.now())
    const same = version('same')
    fleet.clock.advance(1000)
    fleet.document.confirm(state(same), fleet.clock.now())
    fleet.document.approve(same)
    fleet.clock.advance(5000)
    await turns()
    expect(fleet.sets()).toBe(before)
  })

  it('a time to come is not believed: a machine with a wrong clock blocks nobody', async () => {
    const fleet = await written()
    await stored(fleet, 'of tomorrow', fleet.clock.now() + 24 * HOUR_MS)
    expect(await fleet.backup.of(ID).restore()).toBeUndefined()
    expect(fleet.errors.map(({ code }) => code)).toEqual(['BACKUP_UNUSABLE'])
    const mine = version('mine')
    fleet.document.confirm(state(mine), fleet.clock.now())
    fleet.document.approve(mine)
    fleet.clock.advance(5000)
    await turns()
    expect(await fleet.bodyRead()).toBe('mine')
  })
})

describe('reading', () => {
  it('gives what was written, until it was not confirmed for maxAgeSeconds', async () => {
    const { backup, document, clock, errors } = backupOf({ maxAgeSeconds: 3600 })
    const first = version('first', 7)
    document.confirm(state(first), clock.now())
    document.approve(first)
    const confirmedAtMs = clock.now()
    clock.advance(5000)
    await turns()
    clock.advance(HOUR_MS - 5000)
    expect(await backup.of(ID).restore()).toMatchObject({ confirmedAtMs, content: { receivedAtMs: 7 } })
    clock.advance(1)
    expect(await backup.of(ID).restore()).toBeUndefined()
    expect(errors.map(({ code }) => code)).toEqual(['BACKUP_UNUSABLE'])
    expect(errors[0]?.message).toContain('too old')
  })

  it('gives nothing, and tells nothing, where there is none', async () => {
    const { document, errors } = backupOf()
    expect(await document.restore()).toBeUndefined()
    expect([document.mayHold, errors]).toEqual([false, []])
  })

  it.each<[string, () => unknown, string]>([
    ['rejects', () => Promise.reject(new Error('down')), 'down'],
    [
      'throws',
      () => {
        throw new Error('down')
      },
      'down',
    ],
    ['hangs', never, 'no answer within 20 ms'],
    ['gives no text', () => ({}), 'object in place of a text'],
    ['gives nonsense', () => '%%%', 'no backup at all'],
  ])('of a store that %s tells so once, and may be tried again', async (_, get, problem) => {
    const { document, errors } = backupOf({ store: { get, set: () => true } }, { timeoutMs: 20 })
    expect(await document.restore()).toBeUndefined()
    expect(await document.restore()).toBeUndefined()
    expect(errors.map(({ code }) => code)).toEqual(['BACKUP_UNUSABLE'])
    expect(errors[0]?.message).toContain(problem)
    expect(document.mayHold).toBe(true)
  })
})

describe('a write that fails', () => {
  it.each<[string, () => unknown, string]>([
    ['rejects', () => Promise.reject(new Error('full')), 'full'],
    ['answers false, as a Keyv does', () => false, 'did not set it'],
    ['hangs', never, 'no answer within 20 ms'],
  ])('because the store %s is told once in a row, and tried again', async (_, set, problem) => {
    const { store } = storeInMemory()
    let isFailing = true
    let tries = 0
    const broken = {
      get: store.get,
      set(key: string, value: string, ttlMs: number) {
        tries++
        return isFailing ? set() : store.set(key, value, ttlMs)
      },
    }
    const { document, clock, errors } = backupOf({ store: broken }, { timeoutMs: 20 })
    const first = version('first')
    document.confirm(state(first), clock.now())
    document.approve(first)
    clock.advance(5000)
    while (errors.length < 1) await turns()
    clock.advance(90_000)
    while (tries < 2) await turns()
    await new Promise((resolve) => setTimeout(resolve, 40))
    expect(errors.map(({ code }) => code)).toEqual(['BACKUP_NOT_WRITTEN'])
    expect(errors[0]?.message).toContain(problem)
    isFailing = false
    clock.advance(90_000)
    while (tries < 3) await turns()
    await turns()
    isFailing = true
    const second = version('second')
    document.confirm(state(second), clock.now())
    document.approve(second)
    clock.advance(5000)
    while (errors.length < 2) await turns()
    expect(errors).toHaveLength(2)
  })

  it('because encrypt fails is told, and nothing is written in the clear', async () => {
    const { document, clock, errors, held } = backupOf({
      encrypt: () => Promise.reject(new Error('no key')),
      decrypt: asItIs,
    })
    const first = version('first')
    document.confirm(state(first), clock.now())
    document.approve(first)
    clock.advance(5000)
    while (errors.length < 1) await turns()
    expect(errors[0]?.message).toContain('no key')
    expect(held.size).toBe(0)
  })
})

describe('closing', () => {
  it('writes what still waits', async () => {
    const { document, clock, backup, bodyRead } = backupOf()
    const first = version('first')
    document.confirm(state(first), clock.now())
    document.approve(first)
    await backup.close()
    expect(await bodyRead()).toBe('first')
  })

  it('does not wait for a store that hangs', async () => {
    const { document, clock, backup } = backupOf({ store: { get: never, set: never } })
    const first = version('first')
    document.confirm(state(first), clock.now())
    document.approve(first)
    await backup.close()
  })
})
