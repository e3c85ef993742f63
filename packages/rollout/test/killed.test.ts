/** A rollout that is killed before or after any of its calls, and run again: the end is the same. */
import { ListHostedConfigurationVersionsCommand } from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import type { CountsSource, Ports, StepOptions } from '../src/index.ts'
import { clientOf, HOUR, LABEL, planOf as readPlanOf, startWorld, type World } from './world.ts'

const CELLS = ['dev', 'prod-02', 'prod-03']
const PLAN = `
application: api
profile: default
waves:
  - { name: dev, strategy: AppConfig.AllAtOnce, soak: 15m }
  - { name: prod, cells: [prod-02, prod-03], strategy: AppConfig.Linear50PercentEvery30Seconds }
`
const GATED = `${PLAN}gate: { watch: { errors: { worse: more } } }
`
const planOf = (text = PLAN) => readPlanOf(text)
const start = () => startWorld({ cells: CELLS })
/** prod-03 fails half of the requests on the new version. */
const counts: CountsSource = async ({ environment }) => [
  {
    before: { requests: 500, events: { errors: 1 } },
    after: { requests: 100, events: { errors: environment === 'prod-03' ? 50 : 0 } },
  },
]

type Send = Ports['client']['send']

/** A client of a process that dies before or after its nth call: the call never returns, and none follows. */
function mortal(
  client: Ports['client'],
  dieAt: number,
  when: 'before' | 'after',
  died: () => void,
): Ports['client'] {
  let calls = 0
  const never = new Promise<never>(() => {})
  const send = async (...args: Parameters<Send>): Promise<unknown> => {
    calls += 1
    if (calls > dieAt) return never
    if (calls < dieAt) return client.send(...args)
    if (when === 'after') await Promise.resolve(client.send(...args)).catch(() => {})
    died()
    return never
  }
  return { send: send as Send }
}

/** Runs until the end, or until it is killed. @returns whether it was killed. */
function runMortal(
  world: World,
  options: Partial<StepOptions>,
  dieAt: number,
  when: 'before' | 'after',
  text: string,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const client = mortal(world.client, dieAt, when, () => resolve(true))
    planOf(text)
      .then((plan) => world.run(plan, options, world.portsOf(client)))
      .then(() => resolve(false), reject)
  })
}

/** Kills at every call in turn, in a world of its own each time. @returns how many points there were. */
async function killEverywhere(
  when: 'before' | 'after',
  prepare: () => Promise<World>,
  options: Partial<StepOptions>,
  check: (world: World) => Promise<void>,
  text = PLAN,
): Promise<number> {
  for (let at = 1; ; at += 1) {
    const world = await prepare()
    const killed = await runMortal(world, options, at, when, text)
    if (!killed) return at - 1
    await world.run(await planOf(text), options, world.portsOf(clientOf(world.local.url)))
    await check(world)
    await world.close()
  }
}

describe.each(['before', 'after'] as const)('killed %s any call and run again', (when) => {
  it('on the way out: one version, one deployment a cell, all complete', { timeout: 120_000 }, async () => {
    const points = await killEverywhere(when, start, {}, async (world) => {
      for (const cell of CELLS) expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE'])
      const { Items = [] } = await world.client.send(
        new ListHostedConfigurationVersionsCommand({
          ApplicationId: 'api',
          ConfigurationProfileId: 'default',
          VersionLabel: LABEL,
        }),
      )
      expect(Items).toHaveLength(1)
      expect(Items[0]?.VersionNumber).toBe(2)
    })
    expect(points).toBeGreaterThan(40)
  })

  it('on the way back after an alarm: every cell on the version before', { timeout: 120_000 }, async () => {
    const prepare = async () => {
      const world = await start()
      const started = world.run(await planOf(), {
        onStep({ did = '' }) {
          if (!did.includes('prod-03')) return
          world.setAlarm('prod-03', 'ALARM')
          throw new Stop()
        },
      })
      await expect(started).rejects.toThrow(Stop)
      return world
    }
    const points = await killEverywhere(when, prepare, {}, async (world) => {
      expect(await world.live(CELLS)).toEqual(['v1', 'v1', 'v1'])
      for (const cell of CELLS) expect(await world.deployments(cell)).toHaveLength(2)
    })
    expect(points).toBeGreaterThan(10)
  })

  it('after the gate called it worse: every cell on the version before', { timeout: 120_000 }, async () => {
    const prepare = async () => {
      const world = await startWorld({ cells: CELLS, counts })
      const started = world.run(await planOf(GATED), {
        onStep({ did = '' }) {
          if (did.includes('prod-03')) throw new Stop()
        },
      })
      await expect(started).rejects.toThrow(Stop)
      return world
    }
    const check = async (world: World) => {
      expect(await world.live(CELLS)).toEqual(['v1', 'v1', 'v1'])
      for (const cell of CELLS) expect(await world.deployments(cell)).toHaveLength(2)
    }
    expect(await killEverywhere(when, prepare, {}, check, GATED)).toBeGreaterThan(10)
  })

  it('on the way back after 80 hours: one deployment of the version before a cell', {
    timeout: 120_000,
  }, async () => {
    const prepare = async () => {
      const world = await start()
      await world.run(await planOf())
      world.clock.advance(80 * HOUR)
      return world
    }
    const points = await killEverywhere(when, prepare, { goal: 'back' }, async (world) => {
      for (const cell of CELLS) {
        expect(await world.deployments(cell)).toEqual(['v1 COMPLETE', 'v2 COMPLETE', 'v1 COMPLETE'])
      }
    })
    expect(points).toBeGreaterThan(20)
  })
})

class Stop extends Error {}
