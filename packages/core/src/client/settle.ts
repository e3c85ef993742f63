/**
 * Bringing an entry up to date with the answers of its documents.
 *
 * @module
 */
import { isServed, type TenantEntry } from '../tenants/tenant-entry.ts'
import type { Updates } from './updates.ts'

/**
 * Waits for the documents of an entry, and updates it. Whether a content is valid is known then; where it is
 * not, and nothing else can be served, it waits for the backups too.
 *
 * @param over resolves when waiting has to end.
 */
export async function settle(
  entry: TenantEntry,
  updates: Updates,
  over: Promise<undefined>,
  isClosed: () => boolean,
): Promise<void> {
  const { documents } = entry
  await Promise.race([Promise.all(documents.map((document) => document.settle())), over])
  if (isClosed()) return
  await update(entry, updates, over)
  if (isClosed()) return
  const readings = documents.flatMap(({ restoring }) => restoring?.reading ?? [])
  if (isServed(entry) || readings.length === 0) return
  await Promise.race([Promise.all(readings), over])
  if (!isClosed()) await update(entry, updates, over)
}

async function update(entry: TenantEntry, updates: Updates, over: Promise<undefined>): Promise<void> {
  // An entry without a snapshot is composed even if no document has changed since.
  if (entry.snapshot === undefined && !updates.isPending(entry)) entry.isOutdated = true
  updates.update(entry)
  const upToDate = updates.upToDate(entry)
  if (upToDate) await Promise.race([upToDate, over])
}
