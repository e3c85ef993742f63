/**
 * Backups in a folder: a file for each document.
 *
 * A file is written under another name, flushed to the disk and renamed, so that it is whole or not there,
 * whenever the process or the machine dies. Only the process's user can read it (mode 0600, folder 0700). Files
 * of documents that nobody uses any more are deleted.
 *
 * @module
 */
import type { Clock } from '../clock.ts'
import { nodeModule } from '../node-modules.ts'
import type { BackupPlace } from './place.ts'

/** What a folder of backups needs to know. */
export interface DirectoryPlaceOptions {
  readonly directory: string
  readonly clock: Clock
  /** Files that were not written for longer are deleted. */
  readonly maxAgeMs: number
  /** Larger files are not read. */
  readonly maxBytes: number
}

const EXTENSION = '.backup'
/** Our own files, whatever the version of their format. Anything else in the folder is left alone. */
const BACKUP_FILE = /^[0-9a-f]{32}\.v\d+\.backup$/
const TEMPORARY_FILE = /^\.[0-9a-f]{32}\.v\d+\.[0-9a-f]{16}\.tmp$/
/** No write takes that long: the process that began it is gone. */
const LONGEST_WRITE_MS = 600_000
const PRUNE_EVERY_MS = 3_600_000

/** Keeps backups in a folder, which is made at the first write. */
export function directoryPlace(options: DirectoryPlaceOptions): BackupPlace {
  const { directory, clock, maxBytes } = options
  const { join } = nodeModule('path')
  const { mkdir, rename, rm } = nodeModule('fs').promises
  let pruneAtMs = Number.NEGATIVE_INFINITY

  return {
    spreadMs: 0,
    async read(name) {
      try {
        return await readWhole(join(directory, name + EXTENSION), maxBytes)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
        throw error
      }
    },
    async write(name, bytes) {
      await mkdir(directory, { recursive: true, mode: 0o700 })
      const temporary = join(directory, `.${name}.${nodeModule('crypto').randomBytes(8).toString('hex')}.tmp`)
      try {
        await writeWhole(temporary, bytes)
        await rename(temporary, join(directory, name + EXTENSION))
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => {})
        throw error
      }
      if (clock.now() < pruneAtMs) return
      pruneAtMs = clock.now() + PRUNE_EVERY_MS
      await prune(options)
    },
  }
}

async function readWhole(path: string, maxBytes: number): Promise<Uint8Array> {
  const file = await nodeModule('fs').promises.open(path, 'r')
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw new Error(`the file has ${size} bytes, and at most ${maxBytes} are read`)
    return await file.readFile()
  } finally {
    await file.close()
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  // `wx`: a file or link that is there already is not followed.
  const file = await nodeModule('fs').promises.open(path, 'wx', 0o600)
  try {
    await file.writeFile(bytes)
    // Else a crash of the machine may leave the new name with none of the bytes.
    await file.datasync()
  } finally {
    await file.close()
  }
}

/** Deletes files that were not written for too long. What fails here is tried again in an hour. */
async function prune({ directory, clock, maxAgeMs }: DirectoryPlaceOptions): Promise<void> {
  const { join } = nodeModule('path')
  const { readdir, rm, stat } = nodeModule('fs').promises
  const names = await readdir(directory).catch(() => [])
  for (const name of names) {
    const mostMs = BACKUP_FILE.test(name)
      ? maxAgeMs
      : TEMPORARY_FILE.test(name)
        ? LONGEST_WRITE_MS
        : undefined
    if (mostMs === undefined) continue
    const path = join(directory, name)
    try {
      if (clock.now() - (await stat(path)).mtimeMs > mostMs) await rm(path, { force: true })
    } catch {
      // Another process has deleted it, or it may not be deleted.
    }
  }
}
