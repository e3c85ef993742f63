import {
  type AppConfigClient,
  type Deployment,
  GetDeploymentCommand,
  ListDeploymentsCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import {
  type Extension,
  type LocalAppConfig,
  startLocalAppConfig,
  type TickAnswer,
  type TickEvent,
} from '../src/index.ts'
import { API, failure, HOUR, MINUTE, open, poll, type Started, start } from './start.ts'

const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const IN_API = { ApplicationId: 'api', EnvironmentId: 'prod-01' }
const GO_ON: TickAnswer = { Directive: 'CONTINUE' }

describe('an extension', () => {
  it('is asked every minute of growth and bake, with what AppConfig tells', async () => {
    const { started, events } = await tickedBy(() => GO_ON, { parameters: { dashboard: 'errors' } })
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR, description: 'second' })

    for (let minute = 0; minute < 70; minute += 1) {
      started.clock.advance(MINUTE)
      await started.local.settled()
    }

    const { State, EventLog = [], AppliedExtensions = [], ...ids } = await deployment(started.control, 2)
    expect(State).toBe('COMPLETE')
    expect(events).toHaveLength(59)
    expect(events[5]).toEqual({
      InvocationId: expect.stringMatching(/^[a-z0-9]{7}$/),
      Type: 'AtDeploymentTick',
      Parameters: { dashboard: 'errors' },
      Application: { Id: ids.ApplicationId },
      Environment: { Id: ids.EnvironmentId },
      ConfigurationProfile: { Id: ids.ConfigurationProfileId, Name: 'default' },
      DeploymentNumber: 2,
      Description: 'second',
      ConfigurationVersion: '2',
      DeploymentState: 'DEPLOYING',
      PercentageComplete: '20.0',
    })
    expect(events.at(-1)).toMatchObject({ DeploymentState: 'BAKING', PercentageComplete: '100.0' })
    expect(new Set(events.map(({ InvocationId }) => InvocationId)).size).toBe(59)
    expect(AppliedExtensions).toEqual([
      {
        ExtensionId: expect.stringMatching(/^[a-z0-9]{7}$/),
        ExtensionAssociationId: expect.stringMatching(/^[a-z0-9]{7}$/),
        VersionNumber: 1,
        Parameters: { dashboard: 'errors' },
      },
    ])
    expect(EventLog.flatMap(({ ActionInvocations = [] }) => ActionInvocations)).toEqual([])
  })

  it('rolls back, and the log tells who, why and when', async () => {
    const { started } = await tickedBy(({ PercentageComplete }) =>
      PercentageComplete === '40.0' ? { Directive: 'ROLL_BACK', Description: 'errors 12/214' } : GO_ON,
    )
    const { local, clock, control, data } = started
    await local.deploy({ ...API, content: 'two', strategy: LINEAR })

    clock.advance(HOUR)

    const polled = await poll(data, await open(data))
    const rolledBack = await deployment(control, 2)
    const startedMs = rolledBack.StartedAt?.getTime() ?? 0
    expect(polled.text).toBe('one')
    expect(rolledBack).toMatchObject({ State: 'ROLLED_BACK', PercentageComplete: 0 })
    expect(rolledBack.CompletedAt?.getTime()).toBe(startedMs + 12 * MINUTE)
    expect(log(rolledBack)).toEqual([
      ['ROLLBACK_COMPLETED', 'APPCONFIG', 12],
      ['ROLLBACK_STARTED', 'APPCONFIG', 12],
      ['PERCENTAGE_UPDATED', 'APPCONFIG', 12],
      ['PERCENTAGE_UPDATED', 'APPCONFIG', 6],
      ['DEPLOYMENT_STARTED', 'USER', 0],
    ])
    expect(rolledBack.EventLog?.[1]).toMatchObject({
      Description: 'Rollback started by extension gate: errors 12/214',
      ActionInvocations: [
        {
          ExtensionIdentifier: expect.stringMatching(
            /^arn:aws:appconfig:us-east-1:0{12}:extension\/[a-z0-9]{7}\/1$/,
          ),
          ActionName: 'gate',
          Uri: 'arn:aws:lambda:us-east-1:000000000000:function:gate',
          InvocationId: expect.any(String),
        },
      ],
    })
    expect((await local.deploy({ ...API, content: 'three' })).state).toBe('COMPLETE')
  })

  it('is asked about each tick of an hour that the clock jumps over', async () => {
    const { started, events } = await tickedBy(() => GO_ON)
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })

    started.clock.advance(HOUR - 1)
    const before = await deployment(started.control, 2)
    started.clock.advance(1)
    const after = await deployment(started.control, 2)

    expect([before.State, after.State]).toEqual(['BAKING', 'COMPLETE'])
    expect(events.map(({ PercentageComplete }) => Number(PercentageComplete))).toEqual(
      Array.from({ length: 59 }, (_, at) => Math.min(100, Math.floor((at + 1) / 6) * 20)),
    )
  })

  it('is not asked about what is complete at once', async () => {
    const { started, events } = await tickedBy(() => GO_ON)
    await started.local.deploy({ ...API, content: 'two' })
    started.clock.advance(HOUR)

    await started.local.settled()

    expect(events).toEqual([])
  })

  it.each([
    [{ application: 'other' }, 0],
    [{ application: 'api', environment: 'prod-02' }, 0],
    [{ profile: 'flags' }, 0],
    [{ application: 'api', environment: 'prod-01', profile: 'default' }, 1],
    [{}, 1],
  ])('associated with %j is asked %s times', async (associatedWith, expected) => {
    const { started, events } = await tickedBy(() => GO_ON, { associatedWith })
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })
    started.clock.advance(MINUTE)

    const { AppliedExtensions = [] } = await deployment(started.control, 2)

    expect([events.length, AppliedExtensions.length]).toEqual([expected, expected])
  })

  it('is asked after others, in order, until one rolls back', async () => {
    const asked: string[] = []
    const named = (name: string, Directive: TickAnswer['Directive']): Extension => ({
      name,
      actionPoint: 'AT_DEPLOYMENT_TICK',
      handler: () => {
        asked.push(name)
        return { Directive }
      },
    })
    const started = await start({
      extensions: [named('one', 'CONTINUE'), named('two', 'ROLL_BACK'), named('three', 'CONTINUE')],
    })
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })
    started.clock.advance(MINUTE)

    const { EventLog } = await deployment(started.control, 1)

    expect(asked).toEqual(['one', 'two'])
    expect(EventLog?.[1]?.Description).toBe('Rollback started by extension two: ')
  })

  it('may ask AppConfig itself', async () => {
    const control = { client: undefined as AppConfigClient | undefined }
    const { started, events } = await tickedBy(async () => {
      const { Items } = await (control.client as AppConfigClient).send(new ListDeploymentsCommand(IN_API))
      return { Directive: 'ROLL_BACK', Description: `${Items?.[0]?.State} ${Items?.[0]?.PercentageComplete}` }
    })
    control.client = started.control
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })
    started.clock.advance(30 * MINUTE)

    const { EventLog } = await deployment(started.control, 2)

    expect(events).toHaveLength(1)
    expect(EventLog?.[1]?.Description).toBe('Rollback started by extension gate: DEPLOYING 0')
  })

  it('ticks by the real clock without a request, until it is closed', async () => {
    const closed = await tickedByRealClock()
    await closed.local.close()
    const atClose = closed.count()

    const other = await tickedByRealClock()
    await other.local.close()

    expect(closed.count()).toBe(atClose)
    expect(closed.local.calls).toHaveLength(0)
  })
})

describe('what an extension must not answer', () => {
  it.each([
    ['nothing', () => undefined, 'InvalidAnswer', /no Directive/],
    ['null', () => null, 'InvalidAnswer', /no Directive/],
    ['{}', () => ({}), 'InvalidAnswer', /no Directive/],
    ['a word', () => 'CONTINUE', 'InvalidAnswer', /no Directive/],
    ['a list', () => [{ Directive: 'CONTINUE' }], 'InvalidAnswer', /no Directive/],
    ['lower case', () => ({ Directive: 'continue' }), 'InvalidAnswer', /no Directive/],
    ['what is no JSON', () => ({ Directive: 'CONTINUE', n: 1n }), 'HandlerError', /BigInt/],
    [
      'a getter that throws',
      () => ({
        get Directive() {
          throw new Error('no')
        },
      }),
      'HandlerError',
      /^no$/,
    ],
    [
      'an error',
      () => {
        throw new Error('metrics are gone')
      },
      'HandlerError',
      /^metrics are gone$/,
    ],
    ['a rejection', () => Promise.reject(new Error('later')), 'HandlerError', /^later$/],
    [
      'nothing that has a text',
      () => {
        throw Object.create(null)
      },
      'HandlerError',
      /no text/,
    ],
    ['ever', () => new Promise(() => {}), 'TimedOut', /within 50 ms/],
  ])('%s', async (_, answer, code, message) => {
    const { started } = await tickedBy(answer as () => TickAnswer, {}, { extensionTimeoutMs: 50 })
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })
    started.clock.advance(MINUTE)

    const { State, EventLog } = await deployment(started.control, 2)

    expect(State).toBe('ROLLED_BACK')
    expect(EventLog?.[1]).toMatchObject({
      EventType: 'ROLLBACK_STARTED',
      TriggeredBy: 'INTERNAL_ERROR',
      ActionInvocations: [{ ErrorCode: code, ErrorMessage: expect.stringMatching(message) }],
    })
  })

  it.each([
    ['huge', `a${'😀'.repeat(100_000)}`],
    ['with markup and line ends', '<script>alert(1)</script>\r\n\u0000x-amzn-errortype: X'],
    ['no text', 12],
  ])('a description that is %s', async (_, Description) => {
    const { started } = await tickedBy(() => ({ Directive: 'ROLL_BACK', Description }) as TickAnswer)
    await started.local.deploy({ ...API, content: 'two', strategy: LINEAR })
    started.clock.advance(MINUTE)

    const { State, EventLog } = await deployment(started.control, 2)

    const text = EventLog?.[1]?.Description ?? ''
    const expected = `Rollback started by extension gate: ${typeof Description === 'string' ? Description : ''}`
    expect(State).toBe('ROLLED_BACK')
    expect(text.length).toBeLessThanOrEqual(1024)
    expect(text).toBe(expected.slice(0, text.length))
    expect(text.length).toBeGreaterThanOrEqual(Math.min(expected.length, 1023))
    expect(Buffer.from(text).toString()).toBe(text)
  })
})

describe('while an extension is asked', () => {
  it('requests are answered, and a user may stop', async () => {
    const { started, answerNow, asked } = await tickedByHand()
    const { local, clock, control } = started
    await local.deploy({ ...API, content: 'two', strategy: LINEAR })
    clock.advance(MINUTE)
    const waiting = deployment(control, 2)
    await asked()

    const seen = await deployment(control, 2)
    await control.send(new StopDeploymentCommand({ ...IN_API, DeploymentNumber: 2 }))
    await local.deploy({ ...API, content: 'three', strategy: LINEAR })
    answerNow({ Directive: 'ROLL_BACK', Description: 'late' })
    await waiting

    expect(seen.State).toBe('DEPLOYING')
    expect(log(await deployment(control, 2))[0]).toEqual(['ROLLBACK_COMPLETED', 'USER', 1])
    expect((await deployment(control, 2)).EventLog).toHaveLength(2)
    expect((await deployment(control, 3)).State).toBe('DEPLOYING')
  })

  it.each([
    ['CONTINUE', 'COMPLETE'],
    ['ROLL_BACK', 'ROLLED_BACK'],
  ] as const)('a deployment does not complete before the answer %s', async (Directive, expected) => {
    const { started, answerNow, asked } = await tickedByHand(59)
    const { local, clock, control } = started
    await local.deploy({ ...API, content: 'two', strategy: LINEAR })
    clock.advance(59 * MINUTE)
    const waiting = deployment(control, 2)
    await asked()
    clock.advance(10 * MINUTE)

    const meanwhile = await deployment(control, 2)
    answerNow({ Directive })
    await waiting

    const { State, CompletedAt, StartedAt } = await deployment(control, 2)
    expect([meanwhile.State, State]).toEqual(['BAKING', expected])
    expect((CompletedAt?.getTime() ?? 0) - (StartedAt?.getTime() ?? 0)).toBe(
      (Directive === 'CONTINUE' ? 60 : 59) * MINUTE,
    )
  })

  it('an alarm rolls back at once, and the answer is ignored', async () => {
    const { started, answerNow, asked } = await tickedByHand()
    const { local, clock, control } = started
    await local.deploy({ ...API, content: 'two', strategy: LINEAR, monitors: ['arn:a'] })
    clock.advance(MINUTE)
    const waiting = deployment(control, 2)
    await asked()

    local.setAlarm('arn:a', 'ALARM')
    answerNow({ Directive: 'ROLL_BACK' })
    await waiting

    expect(log(await deployment(control, 2)).map(([, by]) => by)).toEqual([
      'CLOUDWATCH_ALARM',
      'CLOUDWATCH_ALARM',
      'USER',
    ])
  })

  it('two environments are asked at once, a deployment once at a time', async () => {
    const inFlight = new Map<string, number>()
    let most = 0
    let together = 0
    const { started } = await tickedBy(async ({ Environment }) => {
      inFlight.set(Environment.Id, (inFlight.get(Environment.Id) ?? 0) + 1)
      most = Math.max(most, ...inFlight.values())
      together = Math.max(together, [...inFlight.values()].filter((count) => count > 0).length)
      await new Promise((resolve) => setImmediate(resolve))
      inFlight.set(Environment.Id, (inFlight.get(Environment.Id) ?? 0) - 1)
      return GO_ON
    })
    const { local, clock, control } = started
    for (const environment of ['prod-02', 'prod-03']) {
      await local.deploy({ ...API, environment, content: 'one', strategy: LINEAR })
    }
    clock.advance(10 * MINUTE)

    await Promise.all(Array.from({ length: 20 }, () => deployment(control, 1)))
    await local.settled()

    expect([most, together]).toEqual([1, 2])
  })

  it('the local AppConfig may be closed, and the answer changes nothing', async () => {
    const { started, answerNow, asked } = await tickedByHand()
    const { local, clock, control } = started
    await local.deploy({ ...API, content: 'two', strategy: LINEAR })
    clock.advance(MINUTE)
    const waiting = failure(deployment(control, 2))
    await asked()

    await local.close()
    answerNow({ Directive: 'ROLL_BACK' })

    expect(await waiting).toBeInstanceOf(Error)
    await expect(local.settled()).rejects.toMatchObject({ code: 'CLOSED' })
  })
})

describe('options', () => {
  const handler = (): TickAnswer => GO_ON
  const good = { name: 'gate', actionPoint: 'AT_DEPLOYMENT_TICK', handler }
  it.each([
    [{ extensions: good }, /must be a list/],
    [{ extensions: [null] }, /is no object/],
    [{ extensions: [{ ...good, name: 'a/b' }] }, /needs a name/],
    [{ extensions: [good, good] }, /extensions\[1\] has the name 'gate' of another/],
    [{ extensions: [{ ...good, actionPoint: 'ON_DEPLOYMENT_START' }] }, /needs the actionPoint/],
    [{ extensions: [{ ...good, handler: 'index.handler' }] }, /needs a handler/],
    [{ extensions: [{ ...good, parameters: { a: 1 } }] }, /parameters that AppConfig would refuse/],
    [{ extensions: [{ ...good, associatedWith: { enviroment: 'dev' } }] }, /may be associatedWith/],
    [{ tickIntervalSeconds: 0 }, /tickIntervalSeconds is 0/],
    [{ extensionTimeoutMs: 0.5 }, /extensionTimeoutMs is 0.5/],
  ])('%j is refused', async (options, message) => {
    const error = await failure(startLocalAppConfig(options as never))

    expect(error).toMatchObject({ code: 'OPTION_INVALID', message: expect.stringMatching(message) })
  })
})

interface Ticked {
  readonly started: Started
  readonly events: TickEvent[]
}

/** One with an extension `gate`, where `one` is complete. */
async function tickedBy(
  answer: (event: TickEvent) => TickAnswer | Promise<TickAnswer>,
  extension: Partial<Extension> = {},
  options: Parameters<typeof start>[0] = {},
): Promise<Ticked> {
  const events: TickEvent[] = []
  const handler = (event: TickEvent): TickAnswer | Promise<TickAnswer> => {
    events.push(structuredClone(event))
    // What a handler does to its event is its own affair.
    Object.assign(event, { DeploymentNumber: 99 }, { Parameters: {} })
    return answer(events.at(-1) as TickEvent)
  }
  const started = await start({
    extensions: [{ name: 'gate', actionPoint: 'AT_DEPLOYMENT_TICK', handler, ...extension }],
    ...options,
  })
  await started.local.deploy({ ...API, content: 'one' })
  return { started, events }
}

/** One at speed, after its third tick. */
async function tickedByRealClock(): Promise<{ readonly local: LocalAppConfig; count(): number }> {
  let count = 0
  let isThird = (): void => {}
  const third = new Promise<void>((resolve) => {
    isThird = resolve
  })
  const handler = (): TickAnswer => {
    count += 1
    if (count === 3) isThird()
    return GO_ON
  }
  const extensions: Extension[] = [{ name: 'gate', actionPoint: 'AT_DEPLOYMENT_TICK', handler }]
  const local = await startLocalAppConfig({ speed: 6000, extensions })
  await local.deploy({ ...API, content: 'one', strategy: LINEAR })
  await third
  return { local, count: () => count }
}

/** One whose extension answers the tick of that number when it is told to, and goes on at all others. */
async function tickedByHand(number = 1): Promise<{
  readonly started: Started
  answerNow(answer: TickAnswer): void
  /** Resolves once it is asked. */
  asked(): Promise<void>
}> {
  let count = 0
  let isAsked = (): void => {}
  let answerNow = (_: TickAnswer): void => {}
  const asked = new Promise<void>((resolve) => {
    isAsked = resolve
  })
  const answer = new Promise<TickAnswer>((resolve) => {
    answerNow = resolve
  })
  const { started } = await tickedBy(() => {
    count += 1
    if (count !== number) return GO_ON
    isAsked()
    return answer
  })
  return { started, answerNow: (given) => answerNow(given), asked: () => asked }
}

function deployment(control: AppConfigClient, DeploymentNumber: number): Promise<Deployment> {
  return control.send(new GetDeploymentCommand({ ...IN_API, DeploymentNumber }))
}

/** Type, cause and minute of each event, newest first. */
function log({ EventLog = [], StartedAt }: Deployment): [string | undefined, string | undefined, number][] {
  const startedMs = StartedAt?.getTime() ?? 0
  return EventLog.map(({ EventType, TriggeredBy, OccurredAt }) => [
    EventType,
    TriggeredBy,
    ((OccurredAt?.getTime() ?? 0) - startedMs) / MINUTE,
  ])
}
