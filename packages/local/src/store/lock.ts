/**
 * One owner for a folder.
 *
 * The owner writes who it is into the file `lock`. A process that was killed leaves it behind; the next one
 * takes it over if no such process is alive.
 *
 * @module
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalAppConfigError } from '../errors.ts'

/**
 * Takes a folder; the answer gives it free.
 *
 * @throws {LocalAppConfigError} `STATE_IN_USE`.
 */
export function lockFolder(directory: string): () => void {
  const file = join(directory, 'lock')
  if (!tryCreate(file)) {
    refuseLiveOwner(directory, readFileSync(file, 'utf8'))
    rmSync(file)
    if (!tryCreate(file)) throw inUse(directory, 'another process')
  }
  return function unlock() {
    rmSync(file, { force: true })
  }
}

/**
 * The identity of this process, different from that of an earlier process with the same id (in containers,
 * often 1).
 */
function self(): string {
  return `${process.pid} ${performance.timeOrigin}`
}

function tryCreate(file: string): boolean {
  try {
    writeFileSync(file, self(), { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

function refuseLiveOwner(directory: string, owner: string): void {
  const id = Number.parseInt(owner, 10)
  const alive = id === process.pid ? owner === self() : isAlive(id)
  if (alive) throw inUse(directory, id === process.pid ? 'this process' : `process ${id}`)
}

function isAlive(processId: number): boolean {
  if (!(processId > 0)) return false
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // Alive, and another process.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

function inUse(directory: string, owner: string): LocalAppConfigError {
  const message = `The directory ${directory} is in use by ${owner}. Close that local AppConfig, or start with another directory.`
  return new LocalAppConfigError('STATE_IN_USE', message)
}
