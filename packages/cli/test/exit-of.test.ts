/** How the last step of a rollout ends the command. */
import type { LeftCell, Outcome } from '@appconfig-kit/rollout'
import { describe, expect, it } from 'vitest'
import { exitOf } from '../src/rollout/exit-of.ts'

const leftThat = (passes: boolean): LeftCell => ({ cell: {} as LeftCell['cell'], why: 'an alarm', passes })

describe('exitOf', () => {
  it.each<[Outcome, out: string, back: string, once: string, onceBack: string]>([
    ['changed', 'waits', 'waits', 'waits', 'waits'],
    ['waiting', 'waits', 'waits', 'waits', 'waits'],
    ['holding', 'waits', 'waits', 'waits', 'waits'],
    ['busy', 'conflict', 'conflict', 'waits', 'waits'],
    ['unreachable', 'unavailable', 'unavailable', 'unavailable', 'unavailable'],
    ['complete', 'ok', 'ok', 'ok', 'ok'],
    ['refused', 'refused', 'refused', 'refused', 'refused'],
    ['stopped', 'failed', 'failed', 'failed', 'failed'],
    ['taken-back', 'failed', 'ok', 'failed', 'ok'],
  ])('%s', (outcome, ...expected) => {
    const step = { outcome, left: [] }
    const ways = [false, true].flatMap((once) =>
      (['out', 'back'] as const).map((goal) => exitOf(step, { goal, once })),
    )

    expect(ways).toEqual(expected)
  })

  it.each([true, false])('says that cells are left, whether that may pass (%s) or not', (passes) => {
    const left = [leftThat(passes)]
    for (const goal of ['out', 'back'] as const) {
      for (const once of [true, false]) {
        expect(exitOf({ outcome: 'not-taken-back', left }, { goal, once })).toBe('notTakenBack')
      }
      expect(exitOf({ outcome: 'busy', left }, { goal, once: false })).toBe('notTakenBack')
    }
  })

  it.each(['waiting', 'busy'] as const)('waits while one step of many leaves cells: %s', (outcome) => {
    expect(exitOf({ outcome, left: [leftThat(true)] }, { goal: 'back', once: true })).toBe('waits')
  })
})
