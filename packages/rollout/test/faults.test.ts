/** AppConfig that throttles, fails, hangs or drops the connection, for each operation and cell. */
import type { Fault } from '@appconfig-kit/local'
import { describe, expect, it } from 'vitest'
import { look, step } from '../src/index.ts'
import { CELLS, contentOf, LABEL, MINUTE, planOf, startWorld } from './world.ts'

const EFFECTS: readonly (readonly [string, Partial<Fault>])[] = [
  ['429', { status: 429 }],
  ['500', { status: 500 }],
  ['drop', { drop: true }],
  ['hang', { hang: true }],
]
/** Short only where nothing but the time-out ends a call: a busy machine answers late. */
const timeoutOf = ({ hang }: Partial<Fault>): number => (hang ? 1000 : 20_000)

const OUT = [
  'ListApplications',
  'ListEnvironments',
  'ListConfigurationProfiles',
  'ListDeploymentStrategies',
  'ListDeployments',
  'ListHostedConfigurationVersions',
  'CreateHostedConfigurationVersion',
  'GetHostedConfigurationVersion',
  'ValidateConfiguration',
  'GetEnvironment',
  'StartDeployment',
]

describe.each(EFFECTS)('%s', (_, effect) => {
  it.each(OUT)('of %s, twice, delays the way out and changes nothing else', async (operation) => {
    const world = await startWorld()
    const ports = { ...world.ports, timeoutMs: timeoutOf(effect) }
    const remove = world.local.faults.add({ operation, ...effect, times: 2 })
    const outcomes = new Set<string>()

    const end = await world.run(
      await planOf(),
      { onStep: ({ outcome }) => outcomes.add(outcome), troubleMs: 60 * MINUTE },
      ports,
    )

    remove()
    expect(outcomes).toContain('unreachable')
    expect(end.outcome).toBe('complete')
    for (const cell of CELLS) expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
  })

  it('of one cell on the way back does not stop the others', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    const ports = { ...world.ports, timeoutMs: timeoutOf(effect) }
    world.local.faults.add({ operation: 'ListDeployments', target: { environment: 'prod-02' }, ...effect })

    const end = await world.run(await planOf(), { goal: 'back', troubleMs: 20 * MINUTE }, ports, null)

    world.local.faults.clear()
    expect(end.outcome).toBe('not-taken-back')
    expect(end.left.map(({ cell }) => cell.plan.name)).toEqual(['prod-02'])
    expect(await world.live()).toEqual(['v1', 'v1', 'v2', 'v1'])
    expect((await world.run(await planOf(), { goal: 'back' }, world.ports, null)).outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
  })

  it('of StopDeployment in the first cell on the way back does not stop the others', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    const ports = { ...world.ports, timeoutMs: timeoutOf(effect) }
    world.local.faults.add({ operation: 'StopDeployment', target: { environment: 'prod-03' }, ...effect })

    const end = await world.run(await planOf(), { goal: 'back', troubleMs: 20 * MINUTE }, ports, null)

    world.local.faults.clear()
    expect(end.outcome).toBe('not-taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v2'])
  })
})

it('of an answer that is cut off after the deployment started is no second deployment', async () => {
  const world = await startWorld()
  world.local.faults.add({ operation: 'StartDeployment', truncate: true })

  const end = await world.run(await planOf(), { troubleMs: 60 * MINUTE })

  expect(end.outcome).toBe('complete')
  for (const cell of CELLS) expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
})

it('a cell that does not answer stops the way out, and the run gives up in the end', async () => {
  const world = await startWorld()
  world.local.faults.add({ operation: 'ListDeployments', target: { environment: 'prod-03' }, status: 500 })
  let waits = 0

  const end = await world.run(await planOf(), {
    troubleMs: 5 * MINUTE,
    wait: async (ms) => {
      waits += 1
      world.clock.advance(ms)
    },
  })

  world.local.faults.clear()
  expect(end).toMatchObject({
    outcome: 'unreachable',
    why: expect.stringContaining('prod-03: AppConfig answered 500'),
  })
  expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
  // 1, 2, 4, 8, 16, 32, 60, 60, 60, 60 seconds.
  expect(waits).toBe(10)
})

it('asks again for a name that was not found, but not for one that was', async () => {
  const world = await startWorld({ cells: ['dev', 'prod-01', 'prod-02'] })
  const plan = await planOf()
  await expect(step(plan, LABEL, contentOf(LABEL), world.ports)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await world.deploy('prod-03', 'v1')
  world.local.calls.clear()

  await look(plan, LABEL, world.ports)
  await look(plan, LABEL, world.ports)

  expect(world.local.calls.of('ListApplications')).toHaveLength(0)
  expect(world.local.calls.of('ListEnvironments')).toHaveLength(1)
})
