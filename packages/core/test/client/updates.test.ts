import { describe, expect, it } from 'vitest'
import { settle } from '../../src/client/settle.ts'
import { createUpdates } from '../../src/client/updates.ts'
import type { LiveDocument } from '../../src/documents/document.ts'
import type { Version } from '../../src/documents/version.ts'
import { DocumentError } from '../../src/errors.ts'
import { createEntry, type TenantEntry } from '../../src/tenants/tenant-entry.ts'

/** @param steps that composing takes. */
function setUp(steps = 1) {
  let nextId = 1
  const version = () => ({ id: nextId++, value: {}, composed: false }) as unknown as Version
  const holders = new Map<LiveDocument, TenantEntry[]>()
  const composed: number[] = []
  const others = { ms: 0 }
  const document = () => {
    const made = {
      state: { current: version(), absences: 0 },
      approvals: 0,
      refusals: [] as string[],
      settle: async () => {},
      approve: () => void made.approvals++,
      refuse: (error: Error) => void made.refusals.push(error.message),
    }
    return made as unknown as LiveDocument & Pick<typeof made, 'approvals' | 'refusals' | 'state'>
  }
  const entryOf = (id: string, ...documents: LiveDocument[]): TenantEntry => {
    const layers = documents.map(() => ({ document: {}, scope: 'everyone' }) as never)
    const entry = Object.assign(createEntry({ id }, layers), { documents, isOutdated: false })
    for (const each of documents) holders.set(each, [...(holders.get(each) ?? []), entry])
    return entry
  }
  let error: DocumentError | undefined
  const updates = createUpdates({
    *compose(_, versions) {
      const ids = versions.map((each) => each?.id as number)
      for (let step = 1; step <= steps; step++) {
        composed.push(1)
        if (step < steps) yield
      }
      return error ?? { ids }
    },
    needsTenant: false,
    sourceEvaluates: false,
    hasBackup: false,
    holdersOf: (each) => holders.get(each) ?? [],
    // A step takes a millisecond, and nothing else takes time but what is set.
    nowMs: () => composed.length + others.ms,
  })
  return {
    document,
    entryOf,
    updates,
    composed,
    others,
    /** The document has another version. */
    change(of: ReturnType<typeof document>) {
      of.state.current = version()
      updates.documentChanged(of)
      return of.state.current.id
    },
    failWith(next: DocumentError | undefined) {
      error = next
    },
  }
}

/** The same with one tenant and one document. */
function setUpOne(steps: number) {
  const world = setUp(steps)
  const changed = world.document()
  return { ...world, changed, entry: world.entryOf('t-1', changed) }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

it('a change concerns those who hold the document, and nobody else', async () => {
  const { document, entryOf, updates, composed } = setUp()
  const [changed, other] = [document(), document()]
  const concerned = entryOf('t-1', changed, other)
  const unconcerned = entryOf('t-2', other)
  updates.documentChanged(changed)
  expect([concerned.isOutdated, unconcerned.isOutdated]).toEqual([true, false])
  await turn()
  expect(composed).toHaveLength(1)
  expect(changed.approvals).toBe(1)
  expect(other.approvals).toBe(0)
})

it('a document that somebody finds unfit is approved only when nobody does any more', async () => {
  const { document, entryOf, updates, failWith } = setUp()
  const [base, own] = [document(), document()]
  entryOf('t-1', base, own)
  failWith(new DocumentError('CONFIG_INVALID', 'not together'))
  updates.documentChanged(base)
  await turn()
  expect(base.refusals).toHaveLength(1)
  expect(base.approvals).toBe(0)
  // The tenant's own document is mended; the base, which did not change, is fit again.
  failWith(undefined)
  updates.documentChanged(own)
  await turn()
  expect(base.approvals).toBe(1)
})

it('of an evicted tenant nothing is composed any more, and nobody waits for it', async () => {
  const { document, entryOf, updates, composed } = setUp(50)
  const [begun, queued, kept] = [document(), document(), document()]
  const entries = [entryOf('t-1', begun), entryOf('t-2', queued), entryOf('t-3', kept)] as const
  for (const each of [begun, queued, kept]) updates.documentChanged(each)
  for (const entry of entries) updates.update(entry)
  expect(composed).toHaveLength(3)
  const waits = entries.map((entry) => updates.upToDate(entry))
  for (const entry of entries.slice(0, 2)) entry.documents = []
  await Promise.all(waits)
  expect(composed).toHaveLength(52)
  expect(entries.map(({ snapshot }) => snapshot !== undefined)).toEqual([false, false, true])
})

it('a client that was closed looks at nothing any more', async () => {
  const { document, entryOf, updates, composed } = setUp()
  const changed = document()
  entryOf('t-1', changed)
  updates.documentChanged(changed)
  updates.stop()
  await turn()
  expect(composed).toHaveLength(0)
})

it('requests get their turn while many entries are brought up to date', async () => {
  const { document, entryOf, updates, composed } = setUp()
  const changed = document()
  for (let at = 0; at < 50; at++) entryOf(`t-${at}`, changed)
  updates.documentChanged(changed)
  const turns: number[] = []
  while (composed.length < 50) {
    await new Promise(setImmediate)
    turns.push(composed.length)
  }
  const inOneGo = turns.map((count, at) => count - (turns[at - 1] ?? 0))
  expect(Math.max(...inOneGo)).toBeLessThanOrEqual(4)
  await new Promise(setImmediate)
  expect(changed.approvals).toBe(1)
})

const idsOf = ({ snapshot }: TenantEntry) => (snapshot as { ids: number[] } | undefined)?.ids

/** Lets turns pass until an entry is composed; at most a hundred. */
async function untilComposed(entry: TenantEntry, ...ids: number[]): Promise<void> {
  for (let at = 0; at < 100 && idsOf(entry)?.join() !== ids.join(); at++) await new Promise(setImmediate)
  expect(idsOf(entry)).toEqual(ids)
}

describe('an update that takes one step', () => {
  it('is there for the request that comes after the change', () => {
    const { document, entryOf, updates, change } = setUp(1)
    const changed = document()
    const entry = entryOf('t-1', changed)
    for (let at = 0; at < 5; at++) {
      const id = change(changed)
      updates.update(entry)
      expect(idsOf(entry)).toEqual([id])
      expect(updates.upToDate(entry)).toBeUndefined()
    }
  })
})

describe('an update that takes many steps', () => {
  it('is begun by a request, which sees the snapshot before until all of it is there', async () => {
    const { changed, entry, updates, composed, change } = setUpOne(20)
    const before = { ids: [0] }
    entry.snapshot = before
    const id = change(changed)
    updates.update(entry)
    expect(composed).toHaveLength(1)
    const seen = new Set<unknown>()
    while (composed.length < 20) {
      seen.add(entry.snapshot)
      // Each request asks; none does more.
      const count = composed.length
      for (let at = 0; at < 10; at++) updates.update(entry)
      expect(composed).toHaveLength(count)
      await new Promise(setImmediate)
    }
    expect([...seen]).toEqual([before])
    await untilComposed(entry, id)
  })

  it('is left to the turns from the second time on', async () => {
    const { changed, entry, updates, composed, change } = setUpOne(20)
    await untilComposed(entry, change(changed))
    const count = composed.length
    const id = change(changed)
    for (let at = 0; at < 10; at++) updates.update(entry)
    expect(composed).toHaveLength(count)
    await untilComposed(entry, id)
  })

  it('takes no more than a turn in one go, and the document is approved at its end', async () => {
    const { document, entryOf, composed, change } = setUp(30)
    const changed = document()
    const [one, other] = [entryOf('t-1', changed), entryOf('t-2', changed)]
    const id = change(changed)
    let longest = 0
    while (composed.length < 60) {
      const count = composed.length
      expect(changed.approvals).toBe(0)
      await new Promise(setImmediate)
      longest = Math.max(longest, composed.length - count)
    }
    expect(longest).toBeLessThanOrEqual(4)
    await untilComposed(one, id)
    await untilComposed(other, id)
    await turn()
    expect(changed.approvals).toBe(1)
  })

  it.each([
    [8, 4],
    [40, 10],
    [1000, 20],
  ])(
    'gets a quarter of the time where requests take %i ms in between, %i ms at most',
    async (ms, expected) => {
      const { document, entryOf, composed, others, change } = setUp(100)
      const changed = document()
      entryOf('t-1', changed)
      change(changed)
      await new Promise(setImmediate)
      const before = composed.length
      others.ms += ms
      await new Promise(setImmediate)
      expect(composed.length - before).toBe(expected)
      const next = composed.length
      await new Promise(setImmediate)
      expect(composed.length - next).toBe(4)
    },
  )

  it('is done for those who ask before those who do not', async () => {
    const { document, entryOf, updates, composed, change } = setUp(20)
    const changed = document()
    const entries = Array.from({ length: 50 }, (_, at) => entryOf(`t-${at}`, changed))
    const id = change(changed)
    await new Promise(setImmediate)
    await new Promise(setImmediate)
    const [last] = entries.slice(-1) as [TenantEntry]
    updates.update(last)
    await untilComposed(last, id)
    expect(composed.length).toBeLessThan(3 * 20)
    expect(entries.filter((entry) => idsOf(entry) !== undefined)).toHaveLength(1)
    for (const entry of entries) await untilComposed(entry, id)
  })

  it('does not lose a change in the middle of it', async () => {
    const { document, entryOf, updates, composed, change } = setUp(20)
    const [base, own] = [document(), document()]
    const entry = entryOf('t-1', base, own)
    const first = change(base)
    updates.update(entry)
    await new Promise(setImmediate)
    const second = change(own)
    expect(entry.isOutdated).toBe(true)
    // Requests do no step of it, though there is no snapshot yet.
    const count = composed.length
    for (let at = 0; at < 10; at++) updates.update(entry)
    expect(composed).toHaveLength(count)
    await untilComposed(entry, first, second)
    await turn()
    expect([base.approvals, own.approvals]).toEqual([1, 1])
    expect(entry.isOutdated).toBe(false)
  })

  it('gives requests something new even where changes never cease', async () => {
    const { changed, entry, change } = setUpOne(20)
    const seen = new Set<unknown>()
    for (let at = 0; at < 60; at++) {
      change(changed)
      await new Promise(setImmediate)
      seen.add(entry.snapshot)
    }
    expect(seen.size).toBeGreaterThan(5)
  })

  it('refuses no version that it has not composed', async () => {
    const { changed, entry, updates, change, failWith } = setUpOne(20)
    failWith(new DocumentError('CONFIG_INVALID', 'the first one'))
    change(changed)
    updates.update(entry)
    await new Promise(setImmediate)
    // The first one is found invalid only after the second has come.
    const second = change(changed)
    for (let at = 0; at < 5; at++) await new Promise(setImmediate)
    expect([changed.refusals, entry.error]).toEqual([[], undefined])
    failWith(undefined)
    await untilComposed(entry, second)
    await turn()
    expect([changed.refusals, changed.approvals]).toEqual([[], 1])
  })

  it('does not tell the current version what was wrong with one before', async () => {
    const { changed, entry, updates, change, failWith } = setUpOne(20)
    failWith(new DocumentError('CONFIG_INVALID', 'the first one'))
    change(changed)
    await updates.upToDate(entry)
    expect(changed.refusals).toHaveLength(1)
    failWith(undefined)
    change(changed)
    await new Promise(setImmediate)
    await untilComposed(entry, change(changed))
    expect(changed.refusals).toHaveLength(1)
  })

  it('refuses the current version once, at its end', async () => {
    const { changed, entry, updates, change, failWith } = setUpOne(20)
    failWith(new DocumentError('CONFIG_INVALID', 'not fit'))
    change(changed)
    updates.update(entry)
    expect(changed.refusals).toEqual([])
    await updates.upToDate(entry)
    await turn()
    expect([changed.refusals, changed.approvals]).toEqual([[expect.stringContaining('not fit')], 0])
  })

  it('is waited for until it is up to date with all changes', async () => {
    const { changed, entry, updates, change } = setUpOne(20)
    change(changed)
    updates.update(entry)
    const upToDate = updates.upToDate(entry)
    await new Promise(setImmediate)
    const id = change(changed)
    await upToDate
    expect(idsOf(entry)).toEqual([id])
  })

  it('is done once for all who load the entry at the same time', async () => {
    const { document, entryOf, updates, composed } = setUp(20)
    const entry = entryOf('t-1', document())
    const never = new Promise<undefined>(() => {})
    const load = () => settle(entry, updates, never, () => false)
    await Promise.all([load(), load(), load()])
    expect(composed).toHaveLength(20)
    expect(entry.snapshot).toBeDefined()
  })

  it('ends when the client is closed, for those who wait too', async () => {
    const { changed, entry, updates, composed, change } = setUpOne(20)
    change(changed)
    updates.update(entry)
    const upToDate = updates.upToDate(entry)
    await new Promise(setImmediate)
    updates.stop()
    const count = composed.length
    await upToDate
    for (let at = 0; at < 10; at++) await new Promise(setImmediate)
    expect([composed.length, entry.snapshot, changed.approvals]).toEqual([count, undefined, 0])
  })
})
