import fc from 'fast-check'
import { expect, it } from 'vitest'
import { timelineOf } from '../src/deployments/timeline.ts'
import { FIRST_STEP } from './start.ts'

const growth = fc.record({
  GrowthType: fc.constantFrom('LINEAR' as const, 'EXPONENTIAL' as const),
  GrowthFactor: fc.double({ min: 1, max: 100, noNaN: true }),
  DeploymentDurationInMinutes: fc.integer({ min: 0, max: 1440 }),
  FinalBakeTimeInMinutes: fc.integer({ min: 0, max: 1440 }),
})
const firstStep = fc.constantFrom('immediate' as const, 'after-interval' as const)

it('whatever the growth: forward only, everybody in time, then the bake, then the end', () => {
  fc.assert(
    fc.property(growth, firstStep, (given, step) => {
      const timeline = timelineOf(given, step)

      const bakeMs = given.FinalBakeTimeInMinutes * 60_000
      const isAllAtOnce = given.DeploymentDurationInMinutes === 0 && bakeMs > 0
      const durationMs = isAllAtOnce ? FIRST_STEP : given.DeploymentDurationInMinutes * 60_000
      const endMs = durationMs + bakeMs
      const percentages = timeline.flatMap((each) => (each.kind === 'percentage' ? [each.percentage] : []))
      const times = timeline.map(({ atMs }) => atMs)
      expect(times).toEqual(times.toSorted((a, b) => a - b))
      expect(percentages).toEqual(percentages.toSorted((a, b) => a - b))
      expect(percentages.at(-1)).toBe(100)
      expect(timeline[percentages.length - 1]?.atMs).toBeLessThanOrEqual(durationMs)
      expect(timeline.slice(percentages.length)).toEqual([
        ...(endMs > durationMs ? [{ kind: 'bake', atMs: durationMs }] : []),
        { kind: 'complete', atMs: endMs },
      ])
    }),
  )
})
