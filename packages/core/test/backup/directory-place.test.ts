/** Backups in a folder: whole or not there, private, and not for ever. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { directoryPlace } from '../../src/backup/directory-place.ts'
import { backupName } from '../../src/backup/format.ts'
import { manualClock } from '../../src/manual-clock.ts'
import { bytesOf, ID } from './backups.ts'

const NAME = backupName(ID)
const FILE = `${NAME}.backup`
const DAY_MS = 86_400_000

let parent: string
let directory: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'backup-'))
  directory = join(parent, 'a', 'b')
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

const clock = manualClock(Date.now())
const place = (options: { maxBytes?: number } = {}) =>
  directoryPlace({ directory, clock, maxAgeMs: DAY_MS, maxBytes: 1000, ...options })

describe('a folder of backups', () => {
  it('is made at the first write, and reads what was written', async () => {
    expect(await place().read(NAME)).toBeUndefined()
    expect(existsSync(directory)).toBe(false)
    await place().write(NAME, bytesOf('one'))
    await place().write(NAME, bytesOf('two'))
    expect(Buffer.from((await place().read(NAME)) as Uint8Array).toString()).toBe('two')
    expect(readdirSync(directory)).toEqual([FILE])
  })

  it('is for its owner alone', async () => {
    await place().write(NAME, bytesOf('one'))
    expect(statSync(directory).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, FILE)).mode & 0o777).toBe(0o600)
  })

  it('gives a reader the old bytes or the new ones, never a part', async () => {
    const writer = place({ maxBytes: 1e7 })
    const versions = ['a', 'b'].map((letter) => bytesOf(letter.repeat(1_000_000)))
    let isWriting = true
    const writing = (async () => {
      for (let i = 0; i < 40; i++) await writer.write(NAME, versions[i % 2] as Uint8Array)
      isWriting = false
    })()
    let reads = 0
    while (isWriting) {
      const bytes = await writer.read(NAME)
      if (bytes === undefined) continue
      reads++
      expect(versions.some((version) => Buffer.compare(version, bytes) === 0)).toBe(true)
    }
    await writing
    expect(reads).toBeGreaterThan(10)
  })

  it('keeps the old bytes, and no other file, where a write fails', async () => {
    await place().write(NAME, bytesOf('one'))
    await expect(place().write(NAME, 7 as never)).rejects.toThrow()
    expect(Buffer.from((await place().read(NAME)) as Uint8Array).toString()).toBe('one')
    expect(readdirSync(directory)).toEqual([FILE])
  })

  it('refuses a file that is too large, without reading it', async () => {
    await place().write(NAME, new Uint8Array(1001))
    await expect(place().read(NAME)).rejects.toThrow('1001 bytes')
  })

  it('rejects where it is no folder', async () => {
    writeFileSync(join(parent, 'a'), '')
    await expect(place().write(NAME, bytesOf('one'))).rejects.toThrow(/ENOTDIR|EEXIST/)
    await expect(place().read(NAME)).rejects.toThrow('ENOTDIR')
  })

  it('does not write through a link in its place', async () => {
    await place().write(NAME, bytesOf('one'))
    const target = join(parent, 'target')
    writeFileSync(target, 'theirs')
    rmSync(join(directory, FILE))
    symlinkSync(target, join(directory, FILE))
    await place().write(NAME, bytesOf('two'))
    expect(statSync(target).size).toBe('theirs'.length)
    expect(statSync(join(directory, FILE)).isFile()).toBe(true)
  })
})

describe('old files', () => {
  const hex = 'f'.repeat(32)
  const aged = (name: string, ageMs: number) => {
    writeFileSync(join(directory, name), '')
    const at = new Date(clock.now() - ageMs)
    utimesSync(join(directory, name), at, at)
  }

  it('of this format are deleted at a write, and no others', async () => {
    await place().write(NAME, bytesOf('one'))
    aged(`${hex}.v1.backup`, DAY_MS + 1000)
    aged(`${hex}.v7.backup`, DAY_MS + 1000)
    aged(`.${hex}.v1.0123456789abcdef.tmp`, 700_000)
    const kept = [
      `${'e'.repeat(32)}.v1.backup`,
      `.${hex}.v1.fedcba9876543210.tmp`,
      'notes.txt',
      'x.v1.backup',
    ]
    aged(kept[0] as string, DAY_MS - 60_000)
    aged(kept[1] as string, 60_000)
    aged(kept[2] as string, 100 * DAY_MS)
    aged(kept[3] as string, 100 * DAY_MS)
    await place().write(NAME, bytesOf('two'))
    expect(readdirSync(directory).sort()).toEqual([FILE, ...kept].sort())
  })

  it('are looked for once an hour', async () => {
    const writer = place()
    await writer.write(NAME, bytesOf('one'))
    aged(`${hex}.v1.backup`, 2 * DAY_MS)
    await writer.write(NAME, bytesOf('two'))
    expect(readdirSync(directory)).toHaveLength(2)
    clock.advance(3_600_000)
    await writer.write(NAME, bytesOf('three'))
    expect(readdirSync(directory)).toEqual([FILE])
  })
})
