/** Whether the property would notice: the same, with the environment dropped from the cache key. */
import { vi } from 'vitest'
import type { DocumentId } from '../../src/sources/source.ts'
import { itIsFound } from './planted.ts'

vi.mock('../../src/sources/source.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  documentKey: ({ application, profile }: DocumentId) => JSON.stringify([application, profile]),
}))

itIsFound('a leak between environments', /(sees|is not served)/)
