/** The state of a cell: every row of the table. */
import { describe, expect, it } from 'vitest'
import { cellStateOf, type Deployment } from '../src/index.ts'

const OF = { profileId: 'p', label: 'v2' }

/** Deployments as `v1 COMPLETE`, oldest first; `limits:v1 COMPLETE` is another profile's, `v1<v2 …` takes v2 back. */
function deployments(...lines: readonly string[]): Deployment[] {
  return lines
    .map((line, at) => {
      const [, profile = 'p', label = '', takesBack, state = ''] =
        line.match(/^(?:(\w+):)?(\w+)(?:<(\w+))? (\w+)$/) ?? []
      return {
        number: at + 1,
        profileId: profile,
        profile,
        version: label.slice(1),
        label,
        state,
        percentage: 0,
        growthMinutes: 0,
        startedMs: at,
        completedMs: at,
        takesBack,
      }
    })
    .reverse()
}

describe('a cell is', () => {
  it.each([
    ['to-do', []],
    ['to-do', ['v1 COMPLETE']],
    ['to-do', ['v1 ROLLED_BACK']],
    ['to-do', ['limits:v2 COMPLETE']],
    ['busy', ['v1 DEPLOYING']],
    ['busy', ['limits:v2 BAKING']],
    ['busy', ['v1 ROLLING_BACK']],
    ['under-way', ['v1 COMPLETE', 'v2 VALIDATING']],
    ['under-way', ['v1 COMPLETE', 'v2 DEPLOYING']],
    ['under-way', ['v1 COMPLETE', 'v2 BAKING']],
    ['going-back', ['v1 COMPLETE', 'v2 ROLLING_BACK']],
    ['going-back', ['v1 COMPLETE', 'v2 COMPLETE', 'v1<v2 BAKING']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE', 'limits:v9 COMPLETE']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE', 'v3 ROLLED_BACK']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE', 'v3 REVERTED']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE', 'v3 DEPLOYING']],
    ['done', ['v1 COMPLETE', 'v2 ROLLED_BACK', 'v2 COMPLETE']],
    ['done', ['v1 COMPLETE', 'v2 COMPLETE', 'v2 REVERTED']],
    ['superseded', ['v1 COMPLETE', 'v2 COMPLETE', 'v3 COMPLETE']],
    ['superseded', ['v1 COMPLETE', 'v2 COMPLETE', 'v1 COMPLETE']],
    ['superseded', ['v1 COMPLETE', 'v2 COMPLETE', 'v1<v0 COMPLETE']],
    ['taken-back', ['v1 COMPLETE', 'v2 ROLLED_BACK']],
    ['taken-back', ['v1 COMPLETE', 'v2 REVERTED']],
    ['taken-back', ['v2 REVERTED']],
    ['taken-back', ['v1 COMPLETE', 'v2 REVERTED', 'v3 COMPLETE']],
    ['taken-back', ['v1 COMPLETE', 'v2 COMPLETE', 'v1<v2 COMPLETE']],
    ['taken-back', ['v1 COMPLETE', 'v2 COMPLETE', 'v1<v2 COMPLETE', 'v3 COMPLETE']],
    ['stuck', ['v1 COMPLETE', 'v2 COMPLETE', 'v1<v2 ROLLED_BACK']],
  ])('%s after %j', (kind, lines) => {
    expect(cellStateOf(deployments(...lines), OF).kind).toBe(kind)
  })

  it('failed where a second deployment of the same version was taken back', () => {
    expect(cellStateOf(deployments('v1 COMPLETE', 'v2 COMPLETE', 'v2 REVERTED'), OF)).toMatchObject({
      failed: true,
      ours: { number: 2 },
    })
    expect(cellStateOf(deployments('v1 COMPLETE', 'v2 ROLLED_BACK', 'v2 COMPLETE'), OF)).toMatchObject({
      failed: false,
    })
  })
})

it('goes back to the newest complete deployment of another version before it', () => {
  const state = cellStateOf(
    deployments(
      'v0 COMPLETE',
      'v1 COMPLETE',
      'v9 ROLLED_BACK',
      'limits:v5 COMPLETE',
      'v2 COMPLETE',
      'limits:v6 BAKING',
    ),
    OF,
  )
  expect(state).toMatchObject({ kind: 'done', before: { label: 'v1' }, latest: 6, other: { label: 'v6' } })
})
