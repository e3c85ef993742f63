/** The drivers that run in AWS: the state machine is run, the templates are read, the permissions are those that are used. */
import { readFileSync } from 'node:fs'
import { StateMachine, type StateMachineDefinition } from 'aws-local-stepfunctions'
import { describe, expect, it } from 'vitest'
import { parse, type ScalarTag } from 'yaml'
import { preflight, step } from '../src/index.ts'
import { type StepEvent, type StepHandlerOptions, type StepResult, stepHandler } from '../src/lambda.ts'
import { CELLS, contentOf, HOUR, LABEL, PLAN, planOf, startWorld, type World } from './world.ts'

// The interpreter is for Node 22, and needs nothing more of it than this.
Object.assign(Promise, {
  withResolvers() {
    const settle: unknown[] = []
    const promise = new Promise((...given) => settle.push(...given))
    return { promise, resolve: settle[0], reject: settle[1] }
  },
})

const FUNCTION_ARN = 'arn:aws:lambda:us-east-1:000000000000:function:rollout'
const read = (name: string): string => readFileSync(new URL(`../drivers/${name}`, import.meta.url), 'utf8')

/** A template's short forms as the objects that they stand for. */
const TAGS: ScalarTag[] = ['Ref', 'GetAtt', 'Sub'].map((name) => ({
  tag: `!${name}`,
  resolve: (text: string) => ({ [name === 'Ref' ? name : `Fn::${name}`]: text }),
}))
const LISTS = ['If', 'Not', 'Equals', 'Join'].map((name) => ({
  tag: `!${name}`,
  collection: 'seq' as const,
}))

interface Statement {
  readonly Action: string | readonly string[]
  readonly Resource: unknown
}
interface Template {
  readonly Parameters: Readonly<Record<string, { readonly AllowedPattern?: string }>>
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Properties }>>
}
// biome-ignore lint/suspicious/noExplicitAny: what a template holds is checked by what a test expects of it
type Properties = any

const template = (name: string): Template =>
  parse(read(`${name}/template.yaml`), { customTags: [...TAGS, ...LISTS] })
const statementsOf = (name: string): readonly Statement[] =>
  template(name).Resources['Role']?.Properties.Policies.flatMap(
    ({ PolicyDocument }: { PolicyDocument: { Statement: Statement[] } }) => PolicyDocument.Statement,
  )

const text = read('step-functions/rollout.asl.json').replaceAll(/\$\{(\w+)\}/g, (_, name: string) =>
  name === 'FunctionArn' ? FUNCTION_ARN : 'aws',
)
const definition = JSON.parse(text) as StateMachineDefinition & {
  readonly States: { readonly Wait: { readonly Seconds: number } }
}

interface Execution {
  readonly output?: StepResult
  readonly error?: { readonly name: string; readonly message: string }
  /** The states that were entered, in order. */
  readonly states: readonly string[]
}

/** Runs the state machine; the clock moves by what a Wait state says, or by a minute where a task is tried again. */
async function execute(
  { clock, ports }: World,
  input: StepEvent,
  { before, ...options }: Partial<StepHandlerOptions> & { readonly before?: () => void } = {},
): Promise<Execution> {
  const handler = stepHandler({
    readPlan: () => planOf(),
    readContent: async (label) => contentOf(label),
    ports,
    throwIfFailed: true,
    ...options,
  })
  let invocations = 0
  let last: StepResult | undefined
  const machine = new StateMachine(definition)
  const running = machine.run(JSON.parse(JSON.stringify(input)), {
    overrides: {
      waitTimeOverrides: { Wait: 0 },
      retryIntervalOverrides: { Step: 0 },
      taskResourceLocalHandlers: {
        Step: async (parameters) => {
          const { FunctionName, Payload } = parameters as { FunctionName: string; Payload: object }
          expect(FunctionName).toBe(FUNCTION_ARN)
          if (invocations > 0 && last?.outcome !== 'changed')
            clock.advance(definition.States.Wait.Seconds * 1000)
          invocations++
          before?.()
          last = undefined
          last = await handler(JSON.parse(JSON.stringify(Payload)))
          return { StatusCode: 200, Payload: JSON.parse(JSON.stringify(last)) }
        },
      },
    },
  })
  const states: string[] = []
  const following = (async () => {
    for await (const log of running.eventLogs) {
      if (log.type === 'StateEntered') states.push(log.state.name)
    }
  })()
  const end = await running.result.then(
    (output: unknown) => ({ output: output as StepResult }),
    (error: Error) => ({ error: error.cause as Error }),
  )
  await following
  return { ...end, states }
}

describe('the state machine', () => {
  it('takes a rollout to its end, waiting only where nothing was changed', async () => {
    const world = await startWorld()

    const { output, error, states } = await execute(world, { label: LABEL })

    expect(error).toBeUndefined()
    expect(output).toMatchObject({ outcome: 'complete', done: true, failed: false })
    expect(await world.live()).toEqual(CELLS.map(() => LABEL))
    const count = (name: string) => states.filter((state) => state === name).length
    expect(count('Wait') * definition.States.Wait.Seconds * 1000).toBe(world.clock.now() - world.startedAtMs)
    // The version, four deployments, and the last look.
    expect(count('Step') - count('Wait')).toBe(6)
    expect(states.at(-1)).toBe('Complete or holding')
  })

  it('ends where the plan holds, and a second execution goes on', async () => {
    const world = await startWorld()
    const readPlan = () => planOf(PLAN.replace('soak: 1h', 'hold: true'))

    const first = await execute(world, { label: LABEL }, { readPlan })
    const live = await world.live()
    const second = await execute(world, { label: LABEL, through: 'prod' }, { readPlan })

    expect([first.output?.outcome, second.output?.outcome]).toEqual(['holding', 'complete'])
    expect(live).toEqual(['v2', 'v2', 'v1', 'v1'])
    expect(await world.live()).toEqual(CELLS.map(() => LABEL))
  })

  it('fails when an alarm rolled one cell back, and every cell has the version before again', async () => {
    const world = await startWorld()
    let fired = false
    const before = (): void => {
      const started = world.local.calls
        .of('StartDeployment')
        .some(({ target }) => target.environment === 'prod-02')
      if (!started || fired) return
      fired = true
      world.local.setAlarm('arn:aws:cloudwatch:us-east-1:000000000000:alarm:prod-02-errors', 'ALARM')
    }

    const { error } = await execute(world, { label: LABEL }, { before })

    expect(fired).toBe(true)
    expect(error?.name).toBe('RolloutFailed')
    expect(error?.message).toMatch(/^The rollout of v2 is taken-back: taken back: /)
    expect(await world.live()).toEqual(CELLS.map(() => 'v1'))
    const again = await execute(world, { label: LABEL })
    expect(again.error?.message).toContain('never started again')
  })

  it('tries for ten minutes to take back a cell that does not let itself be taken back', async () => {
    const world = await startWorld()
    await execute(world, { label: LABEL })
    world.local.faults.add({ operation: 'StopDeployment', target: { environment: 'dev' }, status: 500 })
    let invocations = 0

    const failed = await execute(world, { label: LABEL, goal: 'back' }, { before: () => void invocations++ })
    const live = await world.live()
    world.local.faults.clear()
    const back = await execute(world, { label: LABEL, goal: 'back' })

    // Three cells are taken back by a step each; the fourth is tried once, and ten times more.
    expect(invocations).toBe(3 + 11)
    expect(failed.error?.name).toBe('NotTakenBackYet')
    expect(live).toEqual(['v2', 'v1', 'v1', 'v1'])
    expect(back.output).toMatchObject({ outcome: 'taken-back', failed: false })
    expect(await world.live()).toEqual(CELLS.map(() => 'v1'))
  })

  it.each([
    ['an event that is none', { label: LABEL, thruogh: 'prod' } as unknown as StepEvent, {}],
    ['a wave that the plan does not have', { label: LABEL, through: 'prd' }, {}],
  ])('fails at once for %s', async (_, event, options) => {
    const world = await startWorld()
    let invocations = 0

    const { error } = await execute(world, event, { ...options, before: () => void invocations++ })

    expect([error?.name, invocations]).toEqual(['RolloutError', 1])
  })

  it('survives a function that fails in passing', async () => {
    const world = await startWorld()
    let failures = 0
    const readContent: StepHandlerOptions['readContent'] = async (label) => {
      if (failures++ % 3 === 0) throw new Error('socket hang up')
      return contentOf(label)
    }

    expect((await execute(world, { label: LABEL }, { readContent })).output?.outcome).toBe('complete')
  })
})

const APPCONFIGS = 'appconfig:'
const CLOUDWATCHS = 'cloudwatch:'

describe('the permissions of the function', () => {
  /** Out, back by an alarm, and back after 72 hours: every operation that a rollout calls. */
  async function operations(alarms: boolean): Promise<readonly string[]> {
    const world = await startWorld()
    const { alarms: lookUp, ...withoutAlarms } = world.ports
    const ports = alarms ? { ...withoutAlarms, alarms: lookUp } : withoutAlarms
    await execute(world, { label: LABEL }, { ports })
    world.clock.advance(80 * HOUR)
    await execute(world, { label: LABEL, goal: 'back' }, { ports })
    for (;;) {
      const { outcome } = await step(await planOf(), LABEL, undefined, ports, { goal: 'back' })
      if (outcome === 'taken-back') break
      if (outcome === 'waiting') world.clock.advance(HOUR)
    }
    return [...new Set(world.local.calls.map(({ operation }) => `appconfig:${operation}`))].sort()
  }
  const actionsOf = (statements: readonly Statement[]): string[] =>
    [...new Set(statements.flatMap(({ Action }) => Action))]
      .filter((action) => !action.startsWith('logs:'))
      .sort()

  it('are those that a rollout uses: none is missing, none is idle', async () => {
    const [appConfigs, others] = [APPCONFIGS, CLOUDWATCHS].map((isOf) =>
      actionsOf(statementsOf('lambda')).filter((action) => action.startsWith(isOf)),
    )
    expect(appConfigs).toEqual(await operations(true))
    // What `cloudWatchAlarms` and `cloudWatchCounts` call, of which the handler is made.
    expect(others).toEqual(['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData'])
  })

  it('are enough for a preflight, and one more than without alarms', async () => {
    const without = await operations(false)
    expect((await operations(true)).filter((action) => !without.includes(action))).toEqual([
      'appconfig:GetEnvironment',
    ])
    const world = await startWorld()
    await preflight(await planOf(), world.ports)
    const used = new Set(world.local.calls.map(({ operation }) => `appconfig:${operation}`))
    expect([...used].filter((action) => !actionsOf(statementsOf('lambda')).includes(action))).toEqual([])
  })

  it('are for one application, and for everything only where AWS knows no resource', () => {
    const wide = statementsOf('lambda').filter(({ Resource }) => Resource === '*')

    expect(actionsOf(wide)).toEqual([
      'appconfig:ListApplications',
      'appconfig:ListDeploymentStrategies',
      'cloudwatch:DescribeAlarms',
      'cloudwatch:GetMetricData',
    ])
    for (const { Action, Resource } of statementsOf('lambda')) {
      expect([Action].flat().filter((action) => action.includes('*'))).toEqual([])
      if (Resource === '*') continue
      expect(JSON.stringify(Resource)).toMatch(
        /application\/\$\{ApplicationId\}|deploymentstrategy\/\*|Logs\.Arn/,
      )
    }
  })

  it('are listed in the documentation', () => {
    const page = readFileSync(new URL('../../../docs/rollout.md', import.meta.url), 'utf8')
    const [, list = ''] = page.match(/### Permissions\n([\s\S]*?)\n##/) ?? []
    expect(
      [...list.matchAll(/`((?:appconfig|cloudwatch):\w+)`/g)].map(([, action]) => action).sort(),
    ).toEqual(actionsOf(statementsOf('lambda')))
  })
})

/** A part of `Fn::Join`: a text, one with parameters, or one that is there if a condition holds. */
type Part = string | { readonly 'Fn::Sub': string } | readonly [condition: string, Part, Part]

function textOf(part: Part, values: Readonly<Record<string, string>>): string {
  if (typeof part === 'string') return part
  if ('Fn::Sub' in part) return part['Fn::Sub'].replaceAll(/\$\{(\w+)\}/g, (_, name) => values[name] ?? '')
  const [condition, then, otherwise] = part
  return textOf(values[condition.replace(/^Has/, '')] === '' ? otherwise : then, values)
}

describe('the templates', () => {
  it('run what is there, with time for a step, and without a limit unless one is given', () => {
    const { Function: lambda, NoRetries, Failed } = template('lambda').Resources

    expect(lambda).toMatchObject({
      Type: 'AWS::Lambda::Function',
      Properties: {
        Code: '.',
        Handler: 'handler.handler',
        Timeout: 120,
        LoggingConfig: { LogGroup: { Ref: 'Logs' } },
      },
    })
    expect(lambda?.Properties.ReservedConcurrentExecutions).toEqual([
      'HasReservedConcurrency',
      { Ref: 'ReservedConcurrency' },
      { Ref: 'AWS::NoValue' },
    ])
    expect(NoRetries?.Properties.MaximumRetryAttempts).toBe(0)
    expect(Failed?.Properties).toMatchObject({
      MetricName: 'Errors',
      Threshold: 1,
      TreatMissingData: 'notBreaching',
    })
    expect(read('lambda/handler.mjs')).toContain('throwIfFailed: true')
  })

  it('name parameters and resources that they have', () => {
    for (const name of ['lambda', 'eventbridge', 'step-functions']) {
      const { Parameters, Resources } = template(name)
      const known = [...Object.keys(Parameters), ...Object.keys(Resources)]
      const named = [
        ...JSON.stringify(template(name)).matchAll(/"Ref":"(\w+)"|\$\{(\w+)\}|"Fn::GetAtt":"(\w+)\./g),
      ]
      const names = named.flatMap(([, ...groups]) => groups.filter((group) => group !== undefined))
      expect(names.length).toBeGreaterThan(1)
      expect(names.filter((each) => !known.includes(each))).toEqual([])
    }
  })

  it('take a step every minute, with an event that the handler takes', async () => {
    const { Parameters, Resources } = template('eventbridge')
    const { Properties } = Resources['EveryMinute'] ?? {}
    const [{ Arn, Input }] = Properties.Targets
    const world = await startWorld()

    expect([Properties.ScheduleExpression, Arn]).toEqual(['rate(1 minute)', { Ref: 'FunctionArn' }])
    expect(Resources['MayInvoke']?.Properties).toMatchObject({
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': 'EveryMinute.Arn' },
    })
    const [, parts] = Input as readonly [string, readonly Part[]]
    /** The event of a rule with these parameters; an empty one leaves its part out. */
    const eventOf = (values: Readonly<Record<string, string>>): StepEvent =>
      JSON.parse(parts.map((part) => textOf(part, values)).join(''))
    const handler = stepHandler({
      readPlan: () => planOf(),
      readContent: async (label) => contentOf(label),
      ports: world.ports,
    })
    const out = { Label: LABEL, Goal: 'out', Through: '', Accept: '' }
    expect(eventOf({ ...out, Through: 'prod', Accept: 'dev' })).toEqual({
      label: LABEL,
      goal: 'out',
      through: 'prod',
      accept: 'dev',
    })
    expect(await handler(eventOf({ ...out, Through: 'dev' }))).toMatchObject({ outcome: 'changed' })
    expect(await handler(eventOf({ ...out, Accept: 'dev' }))).toMatchObject({ outcome: 'changed' })
    expect(await handler(eventOf(out))).toMatchObject({ outcome: 'waiting' })
    // What stands in the event is no JSON of somebody's own.
    for (const name of ['Label', 'Through', 'Accept']) {
      const pattern = new RegExp(`^(?:${Parameters[name]?.AllowedPattern})$`)
      expect(pattern.test('v8')).toBe(true)
      expect(['"', 'v8","goal":"back', '$', '\\', ' '].filter((value) => pattern.test(value))).toEqual([])
    }
  })

  it('let the state machine invoke the function, and nothing else', () => {
    const { Rollout } = template('step-functions').Resources

    expect(statementsOf('step-functions')).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: 'FunctionArn' } },
    ])
    expect(Object.keys(Rollout?.Properties.DefinitionSubstitutions).sort()).toEqual(
      [
        ...new Set(
          [...read('step-functions/rollout.asl.json').matchAll(/\$\{(\w+)\}/g)].map(([, name]) => name),
        ),
      ].sort(),
    )
  })
})
