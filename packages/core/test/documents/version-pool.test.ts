import { expect, it } from 'vitest'
import type { Version } from '../../src/documents/version.ts'
import { createVersionPool } from '../../src/documents/version-pool.ts'

const NAMED = { revision: 'r', contentType: 'application/json', versionLabel: undefined }
const idOf = (entity: string) => ({ application: 'a', environment: 'e', profile: 'p', entity })
const VERSION: Version = { ...NAMED, id: 1, value: {}, receivedAtMs: 0, composed: false }

/** A reading that ends when it is told, and whether it was given up. */
function slowReading() {
  let finish = (_: Version): void => {}
  let fail = (_: Error): void => {}
  const promise = new Promise<Version>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  const reading = { count: 0, isGivenUp: false, finish, fail, read }
  function read(signal: AbortSignal): Promise<Version> {
    reading.count++
    signal.addEventListener('abort', () => {
      reading.isGivenUp = true
    })
    return promise
  }
  return reading
}

it('reads a content once, though it arrives again while it is being read', async () => {
  const pool = createVersionPool()
  const reading = slowReading()
  const { signal } = new AbortController()
  const both = ['x', 'y'].map((entity) => pool.share(idOf(entity), NAMED, signal, reading.read))
  reading.finish(VERSION)
  expect(await Promise.all(both)).toEqual([VERSION, VERSION])
  expect(pool.share(idOf('z'), NAMED, signal, reading.read)).toBe(VERSION)
  expect(reading.count).toBe(1)
})

it('gives at once what is read at once', () => {
  const { signal } = new AbortController()
  expect(createVersionPool().share(idOf('x'), NAMED, signal, () => VERSION)).toBe(VERSION)
})

it('goes on while one document waits, and gives up when none does', async () => {
  const pool = createVersionPool()
  const reading = slowReading()
  const [first, second] = [new AbortController(), new AbortController()]
  const one = pool.share(idOf('x'), NAMED, first.signal, reading.read)
  const other = pool.share(idOf('y'), NAMED, second.signal, reading.read)
  first.abort(new Error('asleep'))
  await expect(one).rejects.toThrow('asleep')
  expect(reading.isGivenUp).toBe(false)
  second.abort(new Error('asleep, too'))
  await expect(other).rejects.toThrow('asleep, too')
  expect(reading.isGivenUp).toBe(true)
  // What was given up is read anew.
  void Promise.resolve(pool.share(idOf('x'), NAMED, new AbortController().signal, reading.read)).catch(
    () => {},
  )
  expect(reading.count).toBe(2)
})

it('tells all of a content that can not be read, and forgets it', async () => {
  const pool = createVersionPool()
  const reading = slowReading()
  const { signal } = new AbortController()
  const both = ['x', 'y'].map((entity) => pool.share(idOf(entity), NAMED, signal, reading.read))
  reading.fail(new Error('no'))
  for (const one of both) await expect(one).rejects.toThrow('no')
  expect(pool.share(idOf('x'), NAMED, signal, () => VERSION)).toBe(VERSION)
})
