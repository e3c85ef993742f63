import { manualClock } from '@appconfig-kit/core/testing'
import {
  type DeployInput,
  type LocalAppConfig,
  startLocalAppConfig,
  type TickEvent,
} from '@appconfig-kit/local'
import { type AppConfigClient, type Deployment, GetDeploymentCommand } from '@aws-sdk/client-appconfig'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { CountedInterval, CountsQuery, CountsSource, GatePlan } from '../src/index.ts'
import { type TickAnswer, type TickHandler, type TickOptions, tickHandler } from '../src/tick.ts'
import { clientOf, HOUR, MINUTE } from './world.ts'

const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const ERRORS = { name: 'errors', worse: 'more', atMost: undefined } as const
const GATE: GatePlan = {
  from: undefined,
  watch: [ERRORS],
  falseAlarms: 0.05,
  leastDelta: 0.001,
  whenUndecided: 'pass',
  whenNoRequests: 'hold',
}
const WORSE = intervalOf(2, 1900, 12, 214)
const HEALTHY = intervalOf(2, 1900, 0, 214)

describe('a tick', () => {
  it('rolls a worse version back, with the numbers in the event log', async () => {
    const { local, clock, queries, deployment } = await startTicked(async () => [WORSE])
    await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy: LINEAR })
    const startedMs = clock.now()
    clock.advance(HOUR)

    const { State, EventLog, CompletedAt } = await deployment(2)

    expect(State).toBe('ROLLED_BACK')
    expect(CompletedAt?.getTime()).toBe(startedMs + MINUTE)
    expect(EventLog?.[1]).toMatchObject({
      EventType: 'ROLLBACK_STARTED',
      TriggeredBy: 'APPCONFIG',
      Description: 'Rollback started by extension gate: errors v3 12/214, v2 2/1,900: worse',
      ActionInvocations: [{ ActionName: 'gate' }],
    })
    expect(queries).toEqual([
      {
        application: 'api',
        environment: 'prod-01',
        profile: 'default',
        after: 'v3',
        before: 'v2',
        fromMs: startedMs,
        toMs: startedMs + HOUR,
        watches: ['errors'],
      },
    ])
  })

  it('lets a healthy version complete, and says the numbers', async () => {
    const { local, clock, answers, deployment } = await startTicked(async () => [HEALTHY])
    await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy: LINEAR })
    clock.advance(HOUR)

    const { State } = await deployment(2)

    expect(State).toBe('COMPLETE')
    expect(answers).toHaveLength(59)
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
      new Set([
        JSON.stringify({
          Directive: 'CONTINUE',
          Description: 'errors v3 0/214, v2 2/1,900: undecided',
        }),
      ]),
    )
  })

  it('has no version before in a first deployment: only a limit can be exceeded', async () => {
    const counts = async (): Promise<CountedInterval[]> => [intervalOf(0, 0, 30, 200)]
    const gate = { ...GATE, watch: [{ ...ERRORS, atMost: 0.05 }] }
    const { local, clock, queries, deployment } = await startTicked(counts, { gate })
    await local.deploy({ ...PLACE, profile: 'other', content: 'one', strategy: LINEAR })
    clock.advance(MINUTE)

    const { EventLog } = await deployment(2)

    expect(queries[0]).toMatchObject({ profile: 'other', after: '1', before: undefined })
    expect(EventLog?.[1]?.Description).toMatch(/: errors 1 30\/200: worse$/)
  })

  it('compares with the version that was complete before, whatever was rolled back or is of another profile', async () => {
    const { local, clock, queries } = await startTicked(async () => [HEALTHY])
    await local.deploy({
      ...PLACE,
      content: 'bad',
      versionLabel: 'bad',
      strategy: LINEAR,
      monitors: ['arn:a'],
    })
    local.setAlarm('arn:a', 'ALARM')
    local.setAlarm('arn:a', 'OK')
    await local.deploy({ ...PLACE, profile: 'other', content: 'other', versionLabel: 'other' })
    await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy: LINEAR })
    clock.advance(MINUTE)
    await local.settled()

    expect(queries.map(({ before, after }) => [before, after])).toEqual([['v2', 'v3']])
  })

  it('never judges the way back', async () => {
    const { local, clock, answers, deployment } = await startTicked(async () => [WORSE])
    const description = 'appconfig-kit:takes-back=v3'
    await local.deploy({ ...PLACE, content: 'v1', versionLabel: 'v1', strategy: LINEAR, description })
    clock.advance(HOUR)

    const { State } = await deployment(2)

    expect(State).toBe('COMPLETE')
    expect(answers[0]?.Description).toBe('Not judged: it takes v3 back')
  })

  it('is given other names by the parameters of the association', async () => {
    const parameters = { application: 'api-prod', environment: 'cell-1', profile: 'base' }
    const { local, clock, queries } = await startTicked(async () => [HEALTHY], {}, parameters)
    await local.deploy({ ...PLACE, content: 'v3', strategy: LINEAR })
    clock.advance(MINUTE)
    await local.settled()

    expect(queries[0]).toMatchObject({ ...parameters, after: '2', before: 'v2' })
  })

  it('is the less sure of an alarm the more cells a plan has', async () => {
    const answersOf = async (cells: number): Promise<string | undefined> => {
      const { local, clock, answers } = await startTicked(async () => [WORSE], { cells })
      await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy: LINEAR })
      clock.advance(MINUTE)
      await local.settled()
      return answers[0]?.Directive
    }

    expect([await answersOf(1), await answersOf(1e9)]).toEqual(['ROLL_BACK', 'CONTINUE'])
  })

  it('says no more than AppConfig takes', async () => {
    const watch = Array.from({ length: 100 }, (_, at) => ({ ...ERRORS, name: `event\n${at}` }))
    const events = Object.fromEntries(watch.map(({ name }) => [name, 1]))
    const side = { requests: 10, events }
    const counts = async (): Promise<CountedInterval[]> => [{ before: side, after: side }]
    const { local, clock, answers } = await startTicked(counts, { gate: { ...GATE, watch } })
    await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy: LINEAR })
    clock.advance(MINUTE)
    await local.settled()

    expect(answers[0]?.Description).toHaveLength(1024)
    expect(answers[0]?.Description).toMatch(/^event 0 v3 1\/10, v2 1\/10: undecided; event 1 /)
  })
})

describe('an error of its own', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('http://user:secret@metrics')
      },
      /^Not judged: Error$/,
    ],
    [
      'rejects',
      () => Promise.reject(new TypeError('Failed to parse http://user:secret@m')),
      /^Not judged: TypeError$/,
    ],
    ['rejects with nothing', () => Promise.reject(undefined), /^Not judged: no Error was thrown$/],
    [
      'hangs',
      () => new Promise(() => {}),
      /^Not judged: AppConfig and the counts took longer than 100 ms\.$/,
    ],
    [
      'answers nothing',
      () => Promise.resolve(undefined),
      /^Not judged: The source of counts answered no list of intervals\.$/,
    ],
    [
      'answers what is no count',
      () => Promise.resolve([intervalOf(1, 10, Number.NaN, 10)]),
      /^Not judged: The source of counts answered NaN/,
    ],
  ])('lets the deployment complete: a source that %s', async (_, counts, text) => {
    const { local, clock, answers, errors, deployment } = await startTicked(
      counts as unknown as CountsSource,
      {
        timeoutMs: 100,
      },
    )
    // A minute of growth, a minute of bake: one tick.
    const strategy = 'AppConfig.Linear50PercentEvery30Seconds'
    await local.deploy({ ...PLACE, content: 'v3', versionLabel: 'v3', strategy })
    clock.advance(2 * MINUTE)

    const { State } = await deployment(2)

    expect(State).toBe('COMPLETE')
    expect(answers).toEqual([{ Directive: 'CONTINUE', Description: expect.stringMatching(text) }])
    expect(errors).toHaveLength(1)
    expect(JSON.stringify(answers)).not.toContain('secret')
  })

  it('tells a source that nobody waits any longer', async () => {
    const signals: AbortSignal[] = []
    const counts: CountsSource = (_, signal) => {
      signals.push(signal)
      return new Promise(() => {})
    }
    const { local, clock } = await startTicked(counts, { timeoutMs: 100 })
    await local.deploy({ ...PLACE, content: 'v3', strategy: LINEAR })
    clock.advance(MINUTE)
    await local.settled()

    expect(signals.map(({ aborted }) => aborted)).toEqual([true])
  })

  it.each([
    undefined,
    null,
    'x',
    7,
    [],
    {},
    { Records: [] },
    { Application: 'a', Environment: {}, ConfigurationProfile: null, DeploymentNumber: {} },
    {
      Application: { Id: 'a' },
      Environment: { Id: 'b' },
      ConfigurationProfile: { Id: 'c' },
      DeploymentNumber: '-1',
    },
  ])('an event that is none: %j', async (event) => {
    const { handler, errors } = await startTicked(async () => [WORSE])

    const { Directive, Description } = await handler(event)

    expect(Directive).toBe('CONTINUE')
    expect(Description).toMatch(/the event has no .*AT_DEPLOYMENT_TICK/)
    expect(errors).toMatchObject([{ code: 'EVENT_INVALID' }])
  })

  it('an AppConfig that is not there, does not know the deployment, or hangs', async () => {
    const { local, handler, event } = await startTicked(async () => [WORSE], { timeoutMs: 300 })

    const unknown = await handler({ ...event, DeploymentNumber: 99 })
    local.faults.add({ operation: 'ListDeployments', hang: true })
    const hanging = await handler(event)
    await local.close()
    const gone = await handler(event)

    for (const { Directive } of [unknown, hanging, gone]) expect(Directive).toBe('CONTINUE')
    expect(unknown.Description).toBe('Not judged: ResourceNotFoundException')
    expect(hanging.Description).toMatch(/took longer|AbortError|TimeoutError/)
  })

  it('a listener that throws', async () => {
    const onError = (): void => {
      throw new Error('no')
    }
    const { handler } = await startTicked(async () => [WORSE], { onError })

    expect((await handler({})).Directive).toBe('CONTINUE')
  })
})

it('takes the number of a deployment as digits too', async () => {
  const { handler, event } = await startTicked(async () => [WORSE])

  expect((await handler({ ...event, DeploymentNumber: '1' })).Directive).toBe('ROLL_BACK')
})

it.each([
  [{ cells: 0 }, /cells is 0/],
  [{ cells: 1.5 }, /cells is 1.5/],
  [{ timeoutMs: 3000 }, /timeoutMs is 3000/],
  [{ timeoutMs: Number.NaN }, /timeoutMs is NaN/],
  [{ gate: undefined }, /gate is missing/],
  [{ counts: undefined }, /counts is missing/],
])('refuses %j', (wrong, message) => {
  const options = {
    client: clientOf('http://127.0.0.1:1'),
    counts: async () => [],
    gate: GATE,
    cells: 1,
    ...wrong,
  }

  expect(() => tickHandler(options as unknown as TickOptions)).toThrow(message)
})

const PLACE = {
  application: 'api',
  environment: 'prod-01',
  profile: 'default',
} satisfies Partial<DeployInput>

interface Ticked {
  readonly local: LocalAppConfig
  readonly clock: ReturnType<typeof manualClock>
  readonly handler: TickHandler
  /** An event about the deployment that is complete. */
  readonly event: Partial<TickEvent>
  readonly queries: CountsQuery[]
  readonly answers: TickAnswer[]
  readonly errors: unknown[]
  deployment(DeploymentNumber: number): Promise<Deployment>
}

/** A local AppConfig with our handler as its extension, in which v2 is complete. */
async function startTicked(
  counts: CountsSource,
  more: Partial<TickOptions> = {},
  parameters: Readonly<Record<string, string>> = {},
): Promise<Ticked> {
  const clock = manualClock()
  const queries: CountsQuery[] = []
  const answers: TickAnswer[] = []
  const errors: unknown[] = []
  const made: { handler?: TickHandler } = {}
  const local = await startLocalAppConfig({
    clock,
    extensions: [
      {
        name: 'gate',
        actionPoint: 'AT_DEPLOYMENT_TICK',
        parameters,
        handler: async (event) => {
          const answer = await (made.handler as TickHandler)(event)
          answers.push(answer)
          return answer
        },
      },
    ],
  })
  const client: AppConfigClient = clientOf(local.url)
  onTestFinished(async () => {
    client.destroy()
    await local.close()
  })
  made.handler = tickHandler({
    client,
    counts: (query, signal) => {
      queries.push(query)
      return counts(query, signal)
    },
    gate: GATE,
    cells: 4,
    now: clock.now,
    onError: (error) => errors.push(error),
    ...more,
  })
  await local.deploy({ ...PLACE, content: 'v2', versionLabel: 'v2' })
  const deployment = (DeploymentNumber: number): Promise<Deployment> =>
    client.send(
      new GetDeploymentCommand({ ApplicationId: 'api', EnvironmentId: 'prod-01', DeploymentNumber }),
    )
  const { ApplicationId = '', EnvironmentId = '', ConfigurationProfileId = '' } = await deployment(1)
  const event = {
    Application: { Id: ApplicationId },
    Environment: { Id: EnvironmentId },
    ConfigurationProfile: { Id: ConfigurationProfileId, Name: 'default' },
    DeploymentNumber: 1,
  }
  return { local, clock, handler: made.handler, event, queries, answers, errors, deployment }
}

function intervalOf(
  eventsBefore: number,
  before: number,
  eventsAfter: number,
  after: number,
): CountedInterval {
  return {
    before: { requests: before, events: { errors: eventsBefore } },
    after: { requests: after, events: { errors: eventsAfter } },
  }
}
