/** Rollouts against a local AppConfig: the way out, the way back, and what may be in the way. */
import {
  GetDeploymentCommand,
  ListHostedConfigurationVersionsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { look, newestLabel, type Step, step } from '../src/index.ts'
import { CELLS, contentOf, HOUR, LABEL, MINUTE, PLAN, planOf, startWorld, type World } from './world.ts'

const API = { ApplicationId: 'api', ConfigurationProfileId: 'default' }
const OPS = new Set(['StartDeployment', 'StopDeployment', 'CreateHostedConfigurationVersion'])
const changes = ({ local }: World): string[] =>
  local.calls
    .filter(({ operation }) => OPS.has(operation))
    .map(({ operation, target }) => `${operation} ${target.environment ?? ''}`.trim())

async function versions({ client }: World): Promise<number> {
  const { Items = [] } = await client.send(
    new ListHostedConfigurationVersionsCommand({ ...API, VersionLabel: LABEL }),
  )
  return Items.length
}

/** Steps until a cell is in this state. */
async function until(world: World, cell: string, kind: string, text = PLAN): Promise<void> {
  const plan = await planOf(text)
  for (;;) {
    const seen = (await look(plan, LABEL, world.ports)).find(({ plan: { name } }) => name === cell)
    if (seen?.state.kind === kind) return
    const { outcome } = await step(plan, LABEL, contentOf(LABEL), world.ports)
    if (outcome === 'waiting') world.clock.advance(MINUTE)
    else if (outcome !== 'changed') throw new Error(outcome)
  }
}

describe('the way out', () => {
  it('goes through the waves in order, with one version and one deployment a cell', async () => {
    const world = await startWorld()

    const end = await world.run(await planOf())

    expect(end).toMatchObject({ outcome: 'complete', why: 'every cell has v2' })
    expect(changes(world)).toEqual([
      'CreateHostedConfigurationVersion',
      'StartDeployment dev',
      'StartDeployment prod-01',
      'StartDeployment prod-02',
      'StartDeployment prod-03',
    ])
    for (const cell of CELLS) expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
  })

  it('starts the cells of a wave at once, and each wave once the one before has soaked from its completion', async () => {
    const world = await startWorld()
    const startedAt: Record<string, number> = {}

    await world.run(await planOf(), {
      wait: async () => world.clock.advance(MINUTE),
      onStep({ did = '' }) {
        const [, cell] = did.match(/started deployment \d+ in (\S+)/) ?? []
        if (cell) startedAt[cell] = world.clock.now()
      },
    })

    const minutes = (from: string, to: string) => ((startedAt[to] ?? 0) - (startedAt[from] ?? 0)) / MINUTE
    // AllAtOnce bakes for 10 minutes, 5 seconds after its start; looks are a minute apart.
    expect(minutes('dev', 'prod-01')).toBe(11)
    // 1 minute of growth, 1 of bake, an hour of soak: not an hour from the start.
    expect(minutes('prod-01', 'prod-02')).toBe(62)
    expect(minutes('prod-02', 'prod-03')).toBe(0)
  })

  it('does not wait after a wave without soak, whatever the clock of this machine says', async () => {
    const world = await startWorld()
    const late = { ...world.ports, now: () => world.clock.now() - 5 * HOUR }

    const end = await world.run(await planOf(PLAN.replace('    soak: 1h\n', '')), {}, late)

    expect(end.outcome).toBe('complete')
    // Each wave bakes for some minutes; nothing waits for five hours.
    expect(world.clock.now() - world.startedAtMs).toBeLessThan(HOUR)
  })

  it('changes at most one thing a step, and says what and why', async () => {
    const world = await startWorld()
    const plan = await planOf()
    const steps: Step[] = []
    for (let last = 0; steps.at(-1)?.outcome !== 'complete'; last = changes(world).length) {
      steps.push(await step(plan, LABEL, contentOf(LABEL), world.ports))
      const count = changes(world).length - last
      expect(count).toBe(steps.at(-1)?.did === undefined ? 0 : 1)
      if (steps.at(-1)?.outcome === 'waiting') world.clock.advance(10 * MINUTE)
    }
    expect(steps.slice(0, 3).map(({ did, why }) => `${did}: ${why}`)).toEqual([
      'made the version in application api: it was missing',
      'started deployment 2 in dev: wave dev is next',
      'undefined: dev in progress',
    ])
  })

  it('holds where the plan says, and goes on when it is told how far', async () => {
    const world = await startWorld()
    const plan = await planOf(PLAN.replace('soak: 1h', 'soak: 1h\n    hold: true'))

    const held = await world.run(plan)
    const again = await world.run(plan)
    expect(await world.live()).toEqual(['v2', 'v2', 'v1', 'v1'])
    const end = await world.run(plan, { through: 'prod' })

    expect(held).toMatchObject({
      outcome: 'holding',
      why: 'wave prod-01 is complete; to go on: --through prod',
    })
    expect(again.outcome).toBe('holding')
    expect(end.outcome).toBe('complete')
    await expect(world.run(plan, { through: 'prd' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: "The plan has no wave 'prd'. It has: dev, prod-01, prod.",
    })
  })

  it('ends after the wave it was told to go through', async () => {
    const world = await startWorld()

    expect(await world.run(await planOf(), { through: 'dev' })).toMatchObject({ outcome: 'holding' })
    expect(await world.live()).toEqual(['v2', 'v1', 'v1', 'v1'])
  })

  it('refuses a label that stands for another content, whenever it finds out', async () => {
    const world = await startWorld()
    const plan = await planOf()
    const other = { bytes: Buffer.from('{"label":"another"}'), contentType: 'application/json' }
    await world.run(plan, { through: 'dev' })
    const before = changes(world).length

    await expect(world.run(plan, {}, world.portsOf(world.client), other)).rejects.toMatchObject({
      code: 'LABEL_TAKEN',
    })
    expect(changes(world)).toHaveLength(before)
    await world.run(plan)
    await expect(world.run(plan, {}, world.portsOf(world.client), other)).rejects.toMatchObject({
      code: 'LABEL_TAKEN',
    })
  })

  it('says which name of the plan AppConfig does not know', async () => {
    const world = await startWorld()
    const plan = await planOf(PLAN.replace('prod-03', 'prod-33'))

    await expect(world.run(plan)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: "There is no environment of application api 'prod-33'.",
    })
    const strategy = await planOf(PLAN.replace('AppConfig.Linear50PercentEvery30Seconds', 'Slow'))
    await expect(world.run(strategy)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(changes(world)).toEqual([])
  })

  it.each(['ALARM', 'INSUFFICIENT_DATA'] as const)(
    'does not start a wave while an alarm of it is in %s',
    async (state) => {
      const world = await startWorld()
      const plan = await planOf()
      world.setAlarm('prod-03', state)

      const refused = await world.run(plan)

      expect(refused).toMatchObject({
        outcome: 'refused',
        why: `prod-03 would be rolled back at once: alarm prod-03-errors is in ${state}`,
      })
      expect(await world.deployments('prod-02')).toEqual(['v1 COMPLETE'])
      world.setAlarm('prod-03', 'OK')
      expect((await world.run(plan)).outcome).toBe('complete')
    },
  )

  it('waits for a foreign deployment, and says whose it is when it waited long enough', async () => {
    const world = await startWorld()
    await world.deploy('prod-01', 'limits', {
      profile: 'limits',
      strategy: 'AppConfig.Linear20PercentEvery6Minutes',
    })

    const busy = await world.run(await planOf(), { busyMs: 10 * MINUTE })
    expect(busy).toMatchObject({
      outcome: 'busy',
      why: 'in prod-01 deployment 2, limits of limits, is BAKING',
    })
    const end = await world.run(await planOf())

    expect(end.outcome).toBe('complete')
    expect(await world.deployments('prod-01')).toEqual(['v1 COMPLETE', 'limits COMPLETE', 'v2 COMPLETE'])
  })

  it('does not start on a state of the environment that is out of date', async () => {
    const world = await startWorld()
    const client = {
      send: (async (...args: Parameters<typeof world.client.send>) => {
        // Somebody deploys, complete at once, between the look and the start.
        if (args[0].constructor.name === 'StartDeploymentCommand')
          await world.deploy('dev', `v1-${world.local.calls.length}`)
        return world.client.send(...args)
      }) as typeof world.client.send,
    }

    const plan = await planOf()
    const ports = world.portsOf(client)
    await step(plan, LABEL, contentOf(LABEL), ports)
    const second = await step(plan, LABEL, contentOf(LABEL), ports)

    expect(second).toMatchObject({
      outcome: 'waiting',
      did: undefined,
      why: expect.stringContaining('already exists'),
    })
    expect((await world.deployments('dev')).some((each) => each.startsWith('v2'))).toBe(false)
  })

  it('goes on past a cell in which somebody deployed a newer version, and does not touch it', async () => {
    const world = await startWorld()
    await until(world, 'dev', 'done')
    await world.deploy('dev', 'v3')

    const end = await world.run(await planOf())

    expect(end.outcome).toBe('complete')
    expect(end.cells[0]?.state).toMatchObject({ kind: 'superseded', by: { label: 'v3' } })
    expect(await world.live()).toEqual(['v3', 'v2', 'v2', 'v2'])
  })

  it('makes and validates every version before its first deployment', async () => {
    const world = await startWorld()
    await world.local.deploy({
      application: 'api2',
      environment: 'prod-09',
      profile: 'default',
      content: { a: 1 },
    })
    const text = PLAN.replace('[prod-02, prod-03]', '[prod-02, { application: api2, environment: prod-09 }]')

    const end = await world.run(await planOf(text))

    expect(end.outcome).toBe('complete')
    const order = world.local.calls
      .map(({ operation, target }) => `${operation} ${target.application}/${target.environment ?? ''}`)
      .filter((call) => /^(CreateHosted|Validate|StartD)/.test(call))
    expect(order.slice(0, 5)).toEqual([
      'CreateHostedConfigurationVersion api/',
      'CreateHostedConfigurationVersion api2/',
      'ValidateConfiguration api/',
      'ValidateConfiguration api2/',
      'StartDeployment api/dev',
    ])
  })
})

describe('the way back', () => {
  const rolledBack = 'v2 ROLLED_BACK'
  const reverted = 'v2 REVERTED'

  it('takes every cell back when an alarm fires in one, the most important customers first', async () => {
    const world = await startWorld()
    await until(world, 'prod-03', 'under-way')
    world.local.calls.clear()
    world.setAlarm('prod-02', 'ALARM')

    const end = await world.run(await planOf())

    expect(end).toMatchObject({ outcome: 'taken-back', why: expect.stringContaining('never started again') })
    expect(changes(world)).toEqual(['StopDeployment prod-03', 'StopDeployment prod-01', 'StopDeployment dev'])
    expect(await world.deployments('prod-02')).toEqual(['v1 COMPLETE', rolledBack])
    expect(await world.deployments('prod-03')).toEqual(['v1 COMPLETE', rolledBack])
    expect(await world.deployments('prod-01')).toEqual(['v1 COMPLETE', reverted])
    expect(await world.deployments('dev')).toEqual(['v1 COMPLETE', reverted])
  })

  it('never starts the label again', async () => {
    const world = await startWorld()
    await until(world, 'prod-01', 'under-way')
    world.setAlarm('prod-01', 'ALARM')
    await world.run(await planOf())
    world.setAlarm('prod-01', 'OK')
    world.local.calls.clear()

    expect((await world.run(await planOf())).outcome).toBe('taken-back')
    expect(changes(world)).toEqual([])
  })

  it('leaves a wave that keeps the version when a later one fails, but not when it fails itself', async () => {
    const text = PLAN.replace('name: dev', 'name: dev\n    keep: true').replace(
      'soak: 1h',
      'soak: 1h\n    keep: true',
    )
    const world = await startWorld()
    await until(world, 'prod-01', 'under-way', text)
    world.setAlarm('prod-01', 'ALARM')

    expect((await world.run(await planOf(text))).outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v2', 'v1', 'v1', 'v1'])
    expect((await world.run(await planOf(text), { goal: 'back' })).outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
  })

  it('takes back the other cells of a wave that keeps the version when it fails itself', async () => {
    const text = PLAN.replace('name: prod\n', 'name: prod\n    keep: true\n')
    const world = await startWorld()
    await until(world, 'prod-03', 'under-way', text)
    world.setAlarm('prod-02', 'ALARM')

    expect((await world.run(await planOf(text))).outcome).toBe('taken-back')
    expect(await world.deployments('prod-03')).toEqual(['v1 COMPLETE', rolledBack])
  })

  it('touches nothing more where the plan says stop', async () => {
    const text = `${PLAN}onFailure: stop\n`
    const world = await startWorld()
    await until(world, 'prod-03', 'under-way', text)
    world.local.calls.clear()
    world.setAlarm('prod-02', 'ALARM')

    expect(await world.run(await planOf(text))).toMatchObject({
      outcome: 'stopped',
      why: expect.stringContaining('prod-02 failed'),
    })
    expect(changes(world)).toEqual([])
  })

  it('is taken when a person asks, from wherever the rollout is', async () => {
    const world = await startWorld()
    await until(world, 'prod-02', 'under-way')

    const end = await world.run(await planOf(), { goal: 'back' }, world.ports, null)

    expect(end.outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
    expect((await world.run(await planOf(), { goal: 'back' }, world.ports, null)).outcome).toBe('taken-back')
  })

  it('never touches a newer version of somebody else', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    await world.deploy('prod-02', 'v3')
    world.local.calls.clear()

    const end = await world.run(await planOf(), { goal: 'back' }, world.ports, null)

    expect(end).toMatchObject({
      outcome: 'taken-back',
      why: expect.stringContaining('not touched, a newer version is there: prod-02'),
    })
    expect(changes(world)).toEqual(['StopDeployment prod-03', 'StopDeployment prod-01', 'StopDeployment dev'])
    expect(await world.live()).toEqual(['v1', 'v1', 'v3', 'v1'])
  })

  it('does not depend on alarms that can be looked up', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    world.clock.advance(80 * HOUR)
    const alarms = () => Promise.reject(new Error('there is no such alarm'))

    const end = await world.run(await planOf(), { goal: 'back' }, { ...world.ports, alarms }, null)

    expect(end.outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
  })

  it('deploys the version before, marked, where a deployment is too old to be reverted', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    world.clock.advance(80 * HOUR)

    const end = await world.run(await planOf(), { goal: 'back' }, world.ports, null)

    expect(end.outcome).toBe('taken-back')
    for (const cell of CELLS) {
      expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE', 'v1 COMPLETE'])
      const mark = await world.client.send(
        new GetDeploymentCommand({ ApplicationId: 'api', EnvironmentId: cell, DeploymentNumber: 3 }),
      )
      expect(mark).toMatchObject({
        Description: 'appconfig-kit:takes-back=v2',
        FinalBakeTimeInMinutes: 10,
        GrowthFactor: 100,
      })
    }
    expect((await world.run(await planOf())).outcome).toBe('taken-back')
  })

  it('says so where there is nothing to go back to', async () => {
    const world = await startWorld()
    await world.local.deploy({ application: 'api', environment: 'new', profile: 'limits', content: {} })
    const text = PLAN.replace('prod-03', 'new')
    await world.run(await planOf(text))

    const end = await world.run(await planOf(text), { goal: 'back' }, world.ports, null)

    expect(end).toMatchObject({
      outcome: 'not-taken-back',
      why: 'not taken back: new: it is the first version here: there is none to go back to',
    })
    expect(end.left.map(({ cell, passes }) => [cell.plan.name, passes])).toEqual([['new', false]])
    expect(await world.live(['dev', 'prod-01', 'prod-02', 'new'])).toEqual(['v1', 'v1', 'v1', 'v2'])
  })

  it('does not deploy into an alarm that still fires; says so, and goes back once it is over', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    world.clock.advance(80 * HOUR)
    world.setAlarm('prod-03', 'ALARM')

    const end = await world.run(await planOf(), { goal: 'back' }, world.ports, null)

    expect(end).toMatchObject({
      outcome: 'not-taken-back',
      why: expect.stringContaining('alarm prod-03-errors is in ALARM'),
    })
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v2'])
    expect(await world.deployments('prod-03')).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
    world.setAlarm('prod-03', 'OK')
    expect((await world.run(await planOf(), { goal: 'back' }, world.ports, null)).outcome).toBe('taken-back')
  })

  it('tries once where it cannot look at alarms, and does not loop', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    world.clock.advance(80 * HOUR)
    world.setAlarm('prod-03', 'ALARM')
    const blind = { ...world.ports, alarms: undefined }

    const end = await world.run(await planOf(), { goal: 'back' }, blind, null)
    await world.run(await planOf(), { goal: 'back' }, blind, null)

    expect(end).toMatchObject({
      outcome: 'not-taken-back',
      why: expect.stringContaining('which should have taken it back, is ROLLED_BACK'),
    })
    expect(await world.deployments('prod-03')).toEqual(['v1 COMPLETE', 'v2 COMPLETE', 'v1 ROLLED_BACK'])
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v2'])
  })

  it('waits for a foreign deployment in a cell, after it has taken back the others', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    await world.deploy('prod-03', 'limits', { profile: 'limits', strategy: 'AppConfig.AllAtOnce' })
    world.local.calls.clear()

    const end = await world.run(await planOf(), { goal: 'back' }, world.ports, null)

    expect(end.outcome).toBe('taken-back')
    expect(changes(world)).toEqual([
      'StopDeployment prod-02',
      'StopDeployment prod-01',
      'StopDeployment dev',
      'StopDeployment prod-03',
    ])
  })

  it('takes back a version that somebody deployed a second time', async () => {
    const world = await startWorld()
    await world.run(await planOf())
    await world.deploy('prod-02', 'v2', { strategy: 'AppConfig.AllAtOnce' })
    await world.client.send(
      new StopDeploymentCommand({
        ApplicationId: 'api',
        EnvironmentId: 'prod-02',
        DeploymentNumber: 3,
        AllowRevert: true,
      }),
    )

    const end = await world.run(await planOf())

    expect(end.outcome).toBe('taken-back')
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
  })
})

describe('two operators at once', () => {
  it('make one version, and one deployment a cell', async () => {
    const world = await startWorld()
    const plan = await planOf()
    const operator = () => world.run(plan, {}, world.portsOf(world.client))

    const ends = await Promise.all([operator(), operator(), operator()])

    expect(ends.map(({ outcome }) => outcome)).toEqual(['complete', 'complete', 'complete'])
    expect(await versions(world)).toBe(1)
    for (const cell of CELLS) expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
    expect(world.local.calls.filter(({ status }) => status === 409).length).toBeGreaterThan(0)
  })
})

describe('the newest label', () => {
  it('is that of the rollout that is under way, and of one that was taken back', async () => {
    const world = await startWorld()
    const plan = await planOf()
    expect(await newestLabel(plan, world.ports)).toBe('v1')

    await until(world, 'prod-02', 'done')
    expect(await newestLabel(plan, world.ports)).toBe(LABEL)

    await world.run(plan, { goal: 'back' }, world.ports, null)
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
    expect(await newestLabel(plan, world.ports)).toBe(LABEL)
  })

  it('is none where no cell exists', async () => {
    const world = await startWorld({ cells: [] })

    expect(await newestLabel(await planOf(), world.ports)).toBeUndefined()
  })
})
