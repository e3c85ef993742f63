/** The gate of a plan in rollouts against a local AppConfig: the counts are the test's, all else is real. */
import { describe, expect, it } from 'vitest'
import {
  type CountedInterval,
  type CountsQuery,
  type CountsSource,
  judgeCells,
  look,
  preflight,
  type RunOptions,
  type Step,
  step,
} from '../src/index.ts'
import { CELLS, contentOf, LABEL, MINUTE, PLAN, planOf, startWorld, type World } from './world.ts'

/** prod-01 grows for a minute and bakes for one; the other waves reach everybody at once. */
const GATED = `${PLAN}gate:
  watch:
    errors: { worse: more, atMost: 5% }
  falseAlarms: 4%
`
const GOOD = interval([1900, 2], [214, 1])
const BAD = interval([1900, 2], [214, 120])
const NOTHING = interval([1900, 2], [0, 0])

function interval(before: readonly [number, number], after: readonly [number, number]): CountedInterval {
  return {
    before: { requests: before[0], events: { errors: before[1] } },
    after: { requests: after[0], events: { errors: after[1] } },
  }
}

/** Answers for cells by their name, and remembers what it was asked. */
function sourceOf(answers: Readonly<Record<string, CountedInterval>>) {
  const asked: CountsQuery[] = []
  const counts: CountsSource = async (query) => {
    asked.push(query)
    return [answers[query.environment] ?? GOOD]
  }
  return { counts, asked }
}

/** Runs with looks half a minute apart, so that growth is seen. */
function slowly(world: World, text = GATED, options: Partial<RunOptions> = {}): Promise<Step> {
  return planOf(text).then((plan) =>
    world.run(plan, { wait: async () => world.clock.advance(MINUTE / 2), ...options }),
  )
}

describe('a version that the gate calls worse', () => {
  it('is stopped where it grows, and taken back from the waves before, for good', async () => {
    const world = await startWorld({ counts: sourceOf({ 'prod-01': BAD }).counts })
    const did: string[] = []

    const end = await slowly(world, GATED, {
      onStep: (each) => each.did && did.push(`${each.did}: ${each.why}`),
    })

    expect(end.outcome).toBe('taken-back')
    expect(did.slice(-2)).toEqual([
      'stopped deployment 2 in prod-01: v2 is taken back; prod-01: errors v2 120/214, v1 2/1,900: worse',
      'reverted deployment 2 in dev: v2 is taken back',
    ])
    expect(await world.live()).toEqual(['v1', 'v1', 'v1', 'v1'])
    expect(await world.deployments('prod-02')).toEqual(['v1 COMPLETE'])
    expect((await slowly(world)).outcome).toBe('taken-back')
    expect(await world.deployments('prod-01')).toEqual(['v1 COMPLETE', 'v2 ROLLED_BACK'])
  })

  it('is taken back by its own rate alone while the wave soaks', async () => {
    let served = NOTHING
    const world = await startWorld({ counts: async () => [served] })
    await slowly(world, GATED, {
      onStep({ why }) {
        if (why === 'wave prod-01 soaks') served = interval([0, 0], [500, 100])
      },
    })
    expect(await world.deployments('prod-01')).toEqual(['v1 COMPLETE', 'v2 REVERTED'])
  })

  it('is stopped in that cell only if the plan says stop', async () => {
    const world = await startWorld({ counts: sourceOf({ 'prod-01': BAD }).counts })

    const end = await slowly(world, `${GATED}onFailure: stop\n`)

    expect(end).toMatchObject({ outcome: 'stopped', why: 'prod-01 failed, and the plan says stop' })
    expect(await world.live()).toEqual(['v2', 'v1', 'v1', 'v1'])
    expect(await world.deployments('prod-01')).toEqual(['v1 COMPLETE', 'v2 ROLLED_BACK'])
  })

  it('is stopped in each cell of a wave, if the plan says stop', async () => {
    let served = GOOD
    const world = await startWorld({ counts: async () => [served] })
    const text = `${GATED.replace(/cells: .*\n.*AllAtOnce/, 'cells: [prod-02, prod-03]\n    strategy: AppConfig.Linear50PercentEvery30Seconds')}onFailure: stop\n`

    const end = await slowly(world, text, {
      onStep({ did = '' }) {
        if (did.includes('prod-03')) served = BAD
      },
    })

    expect(end.outcome).toBe('stopped')
    expect(await world.deployments('prod-02')).toEqual(['v1 COMPLETE', 'v2 ROLLED_BACK'])
    expect(await world.deployments('prod-03')).toEqual(['v1 COMPLETE', 'v2 ROLLED_BACK'])
    expect(await world.live()).toEqual(['v2', 'v2', 'v1', 'v1'])
  })

  it('takes nothing back from a wave that keeps it, also where it cannot be taken back at once', async () => {
    let served = GOOD
    const world = await startWorld({
      counts: async ({ environment }) => [environment === 'prod-02' ? served : GOOD],
    })
    const text = GATED.replace('name: prod-01\n', 'name: prod-01\n    keep: true\n').replace(
      /cells: .*\n.*AllAtOnce/,
      'cells: [prod-02]\n    strategy: AppConfig.Linear50PercentEvery30Seconds',
    )

    const end = await slowly(world, text, {
      onStep({ did = '' }) {
        if (!did.includes('prod-02')) return
        served = BAD
        world.local.faults.add({
          operation: 'StopDeployment',
          target: { environment: 'prod-02' },
          status: 500,
          times: 2,
        })
      },
    })

    expect(end.outcome).toBe('taken-back')
    expect(await world.live(['dev', 'prod-01', 'prod-02'])).toEqual(['v1', 'v2', 'v1'])
  })

  it('stays where it is complete for more than a day, but holds the next wave up', async () => {
    let served = GOOD
    const world = await startWorld({ counts: async () => [served] })
    const held = GATED.replace('soak: 1h', 'hold: true')
    await slowly(world, held)
    world.clock.advance(25 * 60 * MINUTE)
    served = BAD

    expect(await slowly(world, held, { through: 'prod' })).toMatchObject({
      outcome: 'holding',
      why: expect.stringMatching(/: worse; to go on: --accept prod-01$/),
    })
    expect(await world.live()).toEqual(['v2', 'v2', 'v1', 'v1'])
    served = GOOD
    await slowly(world, held, { through: 'prod' })
    world.clock.advance(25 * 60 * MINUTE)
    served = BAD
    expect((await slowly(world, held, { through: 'prod' })).outcome).toBe('complete')
  })

  it('cannot be taken back where it is the first, and is said to be there still', async () => {
    let served = NOTHING
    const world = await startWorld({ cells: ['dev', 'prod-02', 'prod-03'], counts: async () => [served] })
    await world.local.deploy({ application: 'api', environment: 'prod-01', profile: 'other', content: {} })

    const end = await slowly(world, GATED, {
      onStep({ why }) {
        if (why === 'wave prod-01 soaks') served = interval([0, 0], [500, 100])
      },
    })

    expect(end.outcome).toBe('not-taken-back')
    expect(end.why).toMatch(
      /^not taken back: prod-01: it is the first version here.*errors v2 100\/500.*: worse$/,
    )
    expect(await world.live()).toEqual(['v1', 'v2', 'v1', 'v1'])
  })
})

describe('a version of which the gate cannot tell', () => {
  it('goes on where it had requests, and says what they were', async () => {
    const world = await startWorld({ counts: sourceOf({}).counts })
    const steps: Step[] = []

    const end = await slowly(world, GATED, { onStep: (each) => steps.push(each) })

    expect(end.outcome).toBe('complete')
    const grown = steps.find(({ judged }) => judged[0]?.cell.plan.name === 'prod-01')
    expect(grown?.judged[0]?.judgements).toMatchObject([
      { watch: 'errors', verdict: 'UNDECIDED', after: { requests: 214, events: 1 } },
    ])
  })

  it.each([
    ['no requests, by default', NOTHING, ''],
    ['some requests, if the plan says so', GOOD, '  whenUndecided: hold\n'],
  ])('waits for a person where it had %s', async (_what, served, more) => {
    const world = await startWorld({ counts: async () => [served] })
    const text = GATED + more

    const held = await slowly(world, text)
    const through = await slowly(world, text, { through: 'prod' })
    expect(await world.live()).toEqual(['v2', 'v2', 'v1', 'v1'])
    const end = await slowly(world, text, { accept: 'prod-01' })

    const { events, requests } = served.after
    const words = requests === 0 ? 'no requests' : 'undecided'
    expect(held).toMatchObject({
      outcome: 'holding',
      why: `wave prod-01 is complete; prod-01: errors v2 ${events.errors}/${requests}, v1 2/1,900: ${words}; to go on: --accept prod-01`,
    })
    // A run that was told how far to go still asks whether to believe in nothing.
    expect(through.outcome).toBe('holding')
    expect(end.outcome).toBe('complete')
    await expect(slowly(world, text, { accept: 'prod-1' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('is not said to have had no requests before its counts could arrive', async () => {
    const world = await startWorld({ counts: async () => [NOTHING] })
    const waits: string[] = []

    await slowly(world, GATED.replace('    soak: 1h\n', ''), {
      onStep: ({ outcome, why }) => outcome === 'waiting' && waits.push(why),
    })

    // Looks are half a minute apart.
    expect(waits.filter((why) => why === 'counts of wave prod-01 may still arrive')).toHaveLength(6)
  })

  it('names both options where the plan holds too', async () => {
    const world = await startWorld({ counts: async () => [NOTHING] })
    const { why } = await slowly(world, GATED.replace('soak: 1h', 'hold: true'))
    expect(why).toMatch(/to go on: --through prod --accept prod-01$/)
  })
})

describe('counts that cannot be read', () => {
  it.each<[string, CountsSource, RegExp]>([
    ['rejects', () => Promise.reject(new Error('Prometheus answered 401')), /Prometheus answered 401/],
    [
      'throws',
      () => {
        throw new Error('no such metric')
      },
      /no such metric/,
    ],
    ['answers nonsense', async () => [interval([1, 0], [Number.NaN, 0])], /answered NaN/],
    ['answers nothing', async () => undefined as never, /answered no list/],
    ['answers half', async () => [{ after: { requests: 1 } } as never], /without requests and events/],
    ['answers less than nothing', async () => [interval([10, -1], [10, 0])], /answered -1/],
  ])('of a source that %s hold the wave up, and take nothing back', async (_what, counts, problem) => {
    const world = await startWorld({ counts })

    const end = await slowly(world, GATED)

    expect(end.outcome).toBe('unreachable')
    expect(end.why).toMatch(problem)
    // Also where the gate compares nothing: what is broken shows before it matters.
    expect(await world.live()).toEqual(['v2', 'v1', 'v1', 'v1'])
  })

  it('of a source that never answers are not waited for, and it is told so', async () => {
    let signal: AbortSignal | undefined
    const world = await startWorld({
      counts: (_query, given) => {
        signal = given
        return new Promise(() => {})
      },
    })
    const plan = await planOf(GATED)
    await step(plan, LABEL, contentOf(LABEL), world.ports)
    await step(plan, LABEL, contentOf(LABEL), world.ports)
    const cells = await look(plan, LABEL, world.ports)

    const [judged] = await judgeCells(plan, LABEL, { ...world.ports, timeoutMs: 20 }, cells)

    expect(judged).toMatchObject({ problem: 'no counts arrived within 20 ms', judgements: [] })
    expect(signal?.aborted).toBe(true)
  })

  it('are waited for: the rollout goes on once they can be', async () => {
    let isDown = true
    const world = await startWorld({
      counts: async () => {
        if (isDown) throw new Error('down')
        return [GOOD]
      },
    })
    const end = await slowly(world, GATED, {
      onStep({ outcome }) {
        if (outcome === 'unreachable') isDown = false
      },
    })
    expect(end.outcome).toBe('complete')
  })
})

describe('a source is asked', () => {
  it('in the words of the plan, for the newest wave only, from the start of each deployment', async () => {
    const { counts, asked } = sourceOf({})
    const world = await startWorld({ counts })

    await slowly(world, GATED)

    const environments = asked.map(({ environment }) => environment)
    expect(new Set(environments)).toEqual(new Set(CELLS))
    // Once a wave is started, the one before is not asked about any more.
    expect(environments.lastIndexOf('dev')).toBeLessThan(environments.indexOf('prod-01'))
    const ofProd = asked.filter(({ environment }) => environment === 'prod-01')
    expect(ofProd[0]).toMatchObject({
      application: 'api',
      profile: 'default',
      before: 'v1',
      after: 'v2',
      watches: ['errors'],
    })
    expect(new Set(ofProd.map(({ fromMs }) => fromMs)).size).toBe(1)
    expect(Math.max(...ofProd.map(({ fromMs, toMs }) => toMs - fromMs))).toBeGreaterThan(60 * MINUTE)
  })

  it('nothing on the way back, or once the version has failed', async () => {
    const { counts, asked } = sourceOf({ 'prod-01': BAD })
    const world = await startWorld({ counts })
    const text = GATED.replace('name: dev\n', 'name: dev\n    keep: true\n')
    await slowly(world, text)
    expect(await world.live()).toEqual(['v2', 'v1', 'v1', 'v1'])
    asked.length = 0

    expect((await slowly(world, text)).outcome).toBe('taken-back')
    await slowly(world, text, { goal: 'back' })

    expect(asked).toEqual([])
  })

  it('with a chance of error that is divided over cells and watches', async () => {
    // Evidence of 95: two tests in one cell need 2 / 4 % = 50, in four cells 200.
    const world = await startWorld({ counts: async () => [interval([1000, 2], [250, 6])] })
    const one = GATED.replace(/ {2}- name: prod\n.*\n.*AllAtOnce\n/, '').replace(/ {2}- name: dev\n.*\n/, '')
    const [inFour] = await judged(world, GATED)
    const [inOne] = await judged(world, one)
    expect(inOne?.evidence).toBe(inFour?.evidence)
    expect([inOne?.verdict, inFour?.verdict]).toEqual(['WORSE', 'UNDECIDED'])
  })
})

/** What the gate says about prod-01 while it grows. */
async function judged(world: World, text: string) {
  const plan = await planOf(text)
  for (;;) {
    const { judged: all } = await step(plan, LABEL, contentOf(LABEL), world.ports)
    const found = all.find(({ cell }) => cell.plan.name === 'prod-01')
    if (found) return found.judgements
    world.clock.advance(MINUTE)
  }
}

describe('a preflight', () => {
  const linesOf = async (world: World, text = GATED) =>
    (await preflight(await planOf(text), world.ports)).map(
      ({ where, level, text: words }) => `${level} ${where} ${words}`,
    )

  it('says what is counted now, and where nothing is', async () => {
    const { counts, asked } = sourceOf({ dev: NOTHING })
    const world = await startWorld({ counts })

    const lines = await linesOf(world)

    expect(lines.slice(-4)).toEqual([
      expect.stringMatching(/^warn dev has no errors counted for v1 in the last hour: the gate would see no/),
      'note prod-01 counted errors in the last hour: v1 1/214',
      'note prod-02 counted errors in the last hour: v1 1/214',
      'note prod-03 counted errors in the last hour: v1 1/214',
    ])
    expect(lines[0]).toMatch(/AllAtOnce\): too fast for the gate to compare$/)
    expect(asked[0]).toMatchObject({ after: 'v1', before: undefined })
  })

  it('refuses a gate that nothing counts for, or whose source does not answer', async () => {
    expect((await linesOf(await startWorld())).at(-1)).toBe(
      'refuse gate has no source of counts: name one in its `from`',
    )
    const broken = await startWorld({ counts: () => Promise.reject(new Error('Prometheus answered 401')) })
    expect((await linesOf(broken)).at(-1)).toBe('refuse prod-03 is not counted: Prometheus answered 401')
  })
})
