import { expect, it } from 'vitest'
import { createUpdates } from '../../src/client/updates.ts'
import type { LiveDocument } from '../../src/documents/document.ts'
import { DocumentError } from '../../src/errors.ts'
import { createEntry, type TenantEntry } from '../../src/tenants/tenant-entry.ts'

function setUp() {
  const holders = new Map<LiveDocument, TenantEntry[]>()
  const composed: number[] = []
  const document = (): LiveDocument & { approvals: number; refusals: string[] } => {
    const state = { current: { id: 1, value: {}, composed: false }, absences: 0 }
    const made = {
      state,
      approvals: 0,
      refusals: [] as string[],
      approve: () => void made.approvals++,
      refuse: (error: Error) => void made.refusals.push(error.message),
    }
    return made as never
  }
  const entryOf = (id: string, ...documents: LiveDocument[]): TenantEntry => {
    const layers = documents.map(() => ({ document: {}, scope: 'everyone' }) as never)
    const entry = Object.assign(createEntry({ id }, layers), { documents, isOutdated: false })
    for (const each of documents) holders.set(each, [...(holders.get(each) ?? []), entry])
    return entry
  }
  let error: DocumentError | undefined
  const updates = createUpdates({
    // biome-ignore lint/correctness/useYield: it is done in one step.
    *compose() {
      composed.push(1)
      return error ?? {}
    },
    needsTenant: false,
    sourceEvaluates: false,
    hasBackup: false,
    holdersOf: (each) => holders.get(each) ?? [],
    // Composing takes a millisecond, and nothing else takes time.
    nowMs: () => composed.length,
  })
  return {
    document,
    entryOf,
    updates,
    composed,
    failWith(next: DocumentError | undefined) {
      error = next
    },
  }
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
