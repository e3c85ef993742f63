/** Leaks that were planted, to see that the property notices them. */
import { expect, it } from 'vitest'
import { checkIsolation } from './check-isolation.ts'

/** Each has to be found within this many steps. */
const STEPS = 2000

export function itIsFound(leak: string, message: RegExp): void {
  it(`${leak} is found within ${STEPS} steps`, { timeout: 120_000 }, async () => {
    await expect(checkIsolation(STEPS, { isShrunk: false })).rejects.toMatchObject({
      cause: { message: expect.stringMatching(message) },
    })
  })
}
