import { expect, it } from 'vitest'
import { checkIsolation } from './check-isolation.ts'

const STEPS = 100_000

it(`nobody sees what belongs to somebody else, and everybody sees the newest of their own, in ${STEPS} steps`, {
  timeout: 600_000,
}, async () => {
  const { steps, servedFromBackup } = await checkIsolation(STEPS)

  expect(steps).toBeGreaterThanOrEqual(STEPS)
  expect(servedFromBackup).toBeGreaterThan(STEPS / 1000)
})
