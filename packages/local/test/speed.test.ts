import { manualClock } from '@appconfig-kit/core/testing'
import { expect, it } from 'vitest'
import { acceleratedClock } from '../src/index.ts'
import { API, FIRST_STEP, start } from './start.ts'

it('runs a bake of ten minutes in twelve seconds', async () => {
  const { local, clock } = await start({ speed: 50 })
  await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })

  clock.advance(12_000 + FIRST_STEP / 50)

  expect((await local.deploy({ ...API, content: 'two' })).state).toBe('COMPLETE')
  expect(local.clock.now() - clock.now()).toBe(49 * (12_000 + FIRST_STEP / 50))
})

it('brings appointments forward', () => {
  const clock = manualClock()
  const fast = acceleratedClock(10, clock)
  const calls: number[] = []
  fast.schedule(1000, () => calls.push(fast.now()))
  const startMs = clock.now()

  clock.advance(99)
  expect(calls).toEqual([])
  clock.advance(1)

  expect(calls).toEqual([startMs + 1000])
})
