/**
 * Asking again while somebody waits, for clients whose timers begin no poll.
 *
 * @module
 */
import { isAbsent } from '../documents/document-state.ts'
import type { Settings } from '../options/options.ts'
import type { TenantEntry } from '../tenants/tenant-entry.ts'
import type { Deadline, Deadlines } from './deadlines.ts'

/** When a document of an entry that could not be read is due again; infinite if all were read. */
export function unreadDueAtMs({ documents }: Pick<TenantEntry, 'documents'>): number {
  const unread = documents.filter(({ state }) => state.current === undefined || isAbsent(state))
  return Math.min(...unread.map(({ dueAtMs }) => dueAtMs))
}

/** Waits until a document that could not be read is due again, or until waiting has to end. */
export async function untilDue(
  entry: Pick<TenantEntry, 'documents'>,
  { clock }: Pick<Settings, 'clock'>,
  deadlines: Deadlines,
  deadline: Deadline,
): Promise<void> {
  const waitMs = unreadDueAtMs(entry) - clock.now()
  const due = deadlines.after(Number.isFinite(waitMs) ? Math.max(waitMs, 1) : LONGEST_WAIT_MS)
  try {
    await Promise.race([due.over, deadline.over])
  } finally {
    due.cancel()
  }
}

const LONGEST_WAIT_MS = 1000
