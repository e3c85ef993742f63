/** The gate in 10,000 simulated rollouts a scenario, and two usual rules in the same ones. */
import { describe, expect, it } from 'vitest'
import {
  alarmRule,
  argoRule,
  type Outcome,
  type Scenario,
  seeded,
  sequentialGate,
  simulate,
} from './simulation.ts'

const RUNS = 10_000
const RULES = { gate: sequentialGate, argo: argoRule, alarm: alarmRule }

interface Summary {
  /** The share of rollouts that were stopped. */
  readonly stopped: number
  /** Means over all rollouts. */
  readonly failures: number
  readonly cells: number
}

function summaries(scenario: Scenario): Record<keyof typeof RULES, Summary> {
  const random = seeded(20_260_101)
  const outcomes = Array.from({ length: RUNS }, () => simulate(scenario, RULES, random))
  const of = (rule: keyof typeof RULES): Summary => {
    const mean = (value: (outcome: Outcome) => number) =>
      outcomes.reduce((sum, each) => sum + value(each[rule]), 0) / RUNS
    return {
      stopped: mean(({ stopped }) => Number(stopped)),
      failures: mean(({ failures }) => failures),
      cells: mean(({ cells }) => cells),
    }
  }
  return { gate: of('gate'), argo: of('argo'), alarm: of('alarm') }
}

const NOTHING_WRONG = { before: 0.005, after: 0.005 }

describe('10,000 rollouts', { timeout: 120_000 }, () => {
  it.each([40, 600, 6000])(
    'with nothing wrong at %i requests a minute are hardly ever stopped',
    (perMinute) => {
      const { gate, argo, alarm } = summaries({ perMinute, ...NOTHING_WRONG })

      expect(gate.stopped).toBeLessThanOrEqual(0.02)
      if (perMinute === 40) {
        expect(argo.stopped).toBeGreaterThan(0.3)
        expect(alarm.stopped).toBeGreaterThan(0.3)
      }
    },
  )

  it('of a version that fails every request are stopped in the first cell, after a handful of failures', () => {
    const { gate } = summaries({ perMinute: 40, before: 0.005, after: 1 })

    expect(gate.stopped).toBe(1)
    expect(gate.cells).toBe(1)
    expect(gate.failures).toBeLessThanOrEqual(5)
  })

  it('of a version that fails four times as often are stopped in the first cell at 600 requests a minute there', () => {
    const { gate, argo, alarm } = summaries({ perMinute: 6000, before: 0.005, after: 0.02 })

    expect(gate.stopped).toBe(1)
    expect(gate.cells).toBeLessThan(1.01)
    expect(gate.failures).toBeLessThanOrEqual(30)
    expect(Math.max(argo.stopped, alarm.stopped)).toBeLessThan(0.01)
  })

  it('of such a version are stopped somewhere at 60 requests a minute in the first cell', () => {
    const { gate } = summaries({ perMinute: 600, before: 0.005, after: 0.02 })

    expect(gate.stopped).toBeGreaterThanOrEqual(0.95)
  })
})
