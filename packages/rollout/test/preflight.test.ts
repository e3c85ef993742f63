/** What is found before a rollout begins. */
import { describe, expect, it } from 'vitest'
import { preflight, step } from '../src/index.ts'
import { CELLS, contentOf, LABEL, PLAN, planOf, startWorld } from './world.ts'

const lines = async (plan: Parameters<typeof preflight>[0], ports: Parameters<typeof preflight>[1]) =>
  (await preflight(plan, ports)).map(({ where, level, text }) => `${level} ${where} ${text}`)

describe('a preflight', () => {
  it('of a plan that is ready notes what it is about, and changes nothing', async () => {
    const world = await startWorld()

    expect(await lines(await planOf(), world.ports)).toEqual([
      'note dev grows for 0 min and bakes for 10 min (AppConfig.AllAtOnce)',
      'note dev has v1',
      'note prod-01 grows for 1 min and bakes for 1 min (AppConfig.Linear50PercentEvery30Seconds)',
      'note prod-01 has v1',
      'note prod grows for 0 min and bakes for 10 min (AppConfig.AllAtOnce)',
      'note prod-02 has v1',
      'note prod-03 has v1',
    ])
    expect(world.local.calls.filter(({ method }) => method !== 'GET')).toEqual([])
  })

  it('finds names, alarms, monitors, other deployments and cells without a version', async () => {
    const world = await startWorld({ cells: ['dev', 'prod-01', 'prod-02'] })
    await world.local.deploy({ application: 'api', environment: 'new', profile: 'limits', content: {} })
    world.setAlarm('prod-01', 'INSUFFICIENT_DATA')
    await world.deploy('dev', 'limits', { profile: 'limits', strategy: 'AppConfig.AllAtOnce' })
    const text = PLAN.replace('prod-03]', 'prod-03, new]').replace('Linear50PercentEvery30Seconds', 'Fast')

    const found = (await lines(await planOf(text), world.ports)).filter((line) => !line.startsWith('note'))

    expect(found).toEqual([
      'warn dev is busy: deployment 2, limits of limits, is DEPLOYING',
      "refuse prod-01 cannot be looked at: There is no deployment strategy 'AppConfig.Fast'.",
      'refuse prod-01 would be rolled back at once: alarm prod-01-errors is in INSUFFICIENT_DATA',
      "refuse prod-03 cannot be looked at: There is no environment of application api 'prod-03'.",
      'warn new has no version to go back to: this would be its first',
      'warn new is guarded by nothing: its environment has no monitor',
    ])
  })

  it('says that alarms whose actions are disabled roll nothing back, and that alarms were not looked at', async () => {
    const world = await startWorld()
    const disabled = async (arns: readonly string[]) =>
      arns.map((arn) => ({ arn, state: 'ALARM' as const, actionsEnabled: false }))

    const found = await lines(await planOf(), { ...world.ports, alarms: disabled })
    const blind = await lines(await planOf(), { ...world.ports, alarms: undefined })

    expect(found).toContain(
      'warn dev will not be rolled back for alarms whose actions are disabled: dev-errors is in ALARM',
    )
    expect(found.filter((line) => line.startsWith('refuse'))).toEqual([])
    expect(blind.filter((line) => line.includes('were not looked at'))).toHaveLength(CELLS.length)
  })
})

it('a plan with a gate is not rolled out while nothing counts requests for it', async () => {
  const world = await startWorld()
  const plan = await planOf(`${PLAN}gate:\n  watch:\n    errors: { worse: more }\n`)

  await expect(step(plan, LABEL, contentOf(LABEL), world.ports)).rejects.toMatchObject({
    code: 'GATE_WITHOUT_COUNTS',
  })
  expect((await step(plan, LABEL, undefined, world.ports, { goal: 'back' })).outcome).toBe('taken-back')
})
