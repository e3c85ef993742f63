/** Whether the property would notice: the same, with the environment dropped from the cache key. */
import { expect, it, vi } from 'vitest'
import type { DocumentId } from '../src/sources/source.ts'
import { checkIsolation } from './isolation-property.ts'

vi.mock('../src/sources/source.ts', async (importOriginal) => ({
  ...(await importOriginal<object>()),
  documentKey: ({ application, profile }: DocumentId) => JSON.stringify([application, profile]),
}))

it('a planted leak between environments is found', { timeout: 120_000 }, async () => {
  await expect(checkIsolation(300)).rejects.toMatchObject({
    cause: { message: expect.stringMatching(/sees .* of (shop|bank)\/prod-0[12]\//) },
  })
})
