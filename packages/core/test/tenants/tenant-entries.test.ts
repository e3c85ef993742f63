import { describe, expect, it } from 'vitest'
import { manualClock } from '../../src/manual-clock.ts'
import { createTenantEntries, type TenantEntries } from '../../src/tenants/tenant-entries.ts'
import { createEntry, type TenantEntry } from '../../src/tenants/tenant-entry.ts'

function entriesOf(maxTenants: number) {
  const clock = manualClock()
  const evicted: string[] = []
  const entries = createTenantEntries({
    clock,
    refresh: 'interval',
    maxTenants,
    idleTimeoutSeconds: 100,
    tenantless: createEntry(undefined, []),
    onEvict: ({ tenant }) => void evicted.push(tenant?.id as string),
  })
  return { clock, entries, evicted }
}

function add(entries: TenantEntries, id: string, isConfirmed: boolean): TenantEntry {
  const entry = createEntry({ id }, [])
  entry.isConfirmed = isConfirmed
  entries.add(entry)
  return entry
}

const idsOf = (entries: TenantEntries) => entries.all().flatMap(({ tenant }) => tenant?.id ?? [])

describe('where there is no room', () => {
  it('those who may be made up go first, the least recently used of them', () => {
    const { entries, evicted } = entriesOf(4)
    for (const id of ['known-1', 'known-2']) add(entries, id, true)
    for (let at = 0; at < 1000; at++) add(entries, `made-up-${at}`, false)

    expect(idsOf(entries)).toEqual(['known-2', 'known-1', 'made-up-999', 'made-up-998'])
    expect(evicted).toHaveLength(998)
    expect(evicted.slice(0, 2)).toEqual(['made-up-0', 'made-up-1'])
  })

  it('a tenant that exists takes the place of one that may be made up', () => {
    const { entries, evicted } = entriesOf(3)
    for (const id of ['a', 'b', 'c']) add(entries, id, false)
    add(entries, 'known', true)

    expect(evicted).toEqual(['a'])
    expect(entries.size).toBe(3)
  })

  it('a flood takes one place of 64 from those that exist, and no more', () => {
    const { entries, evicted } = entriesOf(128)
    for (let at = 0; at < 128; at++) add(entries, `known-${at}`, true)
    for (let at = 0; at < 1000; at++) add(entries, `made-up-${at}`, false)

    expect(evicted.filter((id) => id.startsWith('known-'))).toEqual(['known-0', 'known-1'])
    expect(entries.size).toBe(128)
  })

  it('one who turned out to exist stays', () => {
    const { entries, evicted } = entriesOf(3)
    const [first] = ['a', 'b', 'c'].map((id) => add(entries, id, false)) as [TenantEntry]
    entries.confirm(first)
    for (const id of ['d', 'e', 'f']) add(entries, id, false)

    expect(evicted).toEqual(['b', 'c', 'd'])
    expect(entries.use('a', 0)).toBe(first)
    expect(entries.has(first)).toBe(true)
  })
})

it('one that was evicted and confirmed later does not come back by that', () => {
  const { entries, evicted } = entriesOf(1)
  const gone = add(entries, 'a', false)
  add(entries, 'b', false)
  entries.confirm(gone)

  expect(evicted).toEqual(['a'])
  expect(entries.has(gone)).toBe(false)
  expect(idsOf(entries)).toEqual(['b'])
})

it('all of them idle out, each is told of once', () => {
  const { entries, evicted, clock } = entriesOf(10)
  add(entries, 'known', true)
  entries.confirm(add(entries, 'confirmed', false))
  add(entries, 'made-up', false)
  clock.advance(101_000)
  entries.evictIdle()

  expect(entries.size).toBe(0)
  expect(evicted.sort()).toEqual(['confirmed', 'known', 'made-up'])
})
