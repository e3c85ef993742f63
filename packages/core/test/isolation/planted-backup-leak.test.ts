/** Whether the property would notice: the same, with the environment dropped from the names and keys of backups. */
import { vi } from 'vitest'
import type { DocumentId } from '../../src/sources/source.ts'
import { itIsFound } from './planted.ts'

vi.mock('../../src/backup/format.ts', async (importOriginal) => {
  const format = await importOriginal<typeof import('../../src/backup/format.ts')>()
  const anywhere = (id: DocumentId): DocumentId => ({ ...id, environment: 'anywhere' })
  return {
    ...format,
    backupName: (id) => format.backupName(anywhere(id)),
    // A backup names its document, which would notice a wrong name alone.
    encodeBackup: (record, encrypt) => format.encodeBackup({ ...record, id: anywhere(record.id) }, encrypt),
    decodeBackup: (bytes, id, decrypt) => format.decodeBackup(bytes, anywhere(id), decrypt),
  } satisfies typeof format
})

itIsFound('a leak between the backups of environments', / sees /)
