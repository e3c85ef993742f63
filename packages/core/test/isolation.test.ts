import { expect, it } from 'vitest'
import { checkIsolation } from './isolation-property.ts'

it('nobody sees what belongs to somebody else, and everybody sees the newest of their own', {
  timeout: 120_000,
}, async () => {
  await expect(checkIsolation(300)).resolves.toBeUndefined()
})
