import {
  type AppConfigClient,
  BadRequestException,
  type Deployment,
  GetDeploymentCommand,
  GetEnvironmentCommand,
  StopDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { API, FIRST_STEP, failure, HOUR, MINUTE, open, poll, type Started, start } from './start.ts'

const ALARM = 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:errors'
const LINEAR = 'AppConfig.Linear20PercentEvery6Minutes'
const IN_API = { ApplicationId: 'api', EnvironmentId: 'prod-01' }

describe('growth', () => {
  it.each([
    [LINEAR, undefined, [0, 20, 40, 60, 80, 100], 6],
    [LINEAR, 'immediate', [20, 40, 60, 80, 100, 100], 6],
    ['AppConfig.Canary10Percent20Minutes', undefined, [0, 10, 20, 40, 80, 100], 4],
  ] as const)('of %s, first step %s', async (strategy, linearFirstStep, expected, everyMinutes) => {
    const { local, control, clock } = await start({ linearFirstStep })
    await local.deploy({ ...API, content: 'one', strategy })

    const percentages: unknown[] = []
    for (const _ of expected) {
      percentages.push((await deployment(control, 1)).PercentageComplete)
      clock.advance(everyMinutes * MINUTE)
    }

    expect(percentages).toEqual(expected)
  })

  it('ends in a bake and then completes, as the log tells', async () => {
    const { local, control, clock } = await start()
    await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.Linear50PercentEvery30Seconds' })

    clock.advance(HOUR)

    const { EventLog = [], State, StartedAt, CompletedAt } = await deployment(control, 1)
    const startedMs = StartedAt?.getTime() ?? 0
    expect(State).toBe('COMPLETE')
    expect(CompletedAt?.getTime()).toBe(startedMs + 2 * MINUTE)
    expect(
      EventLog.map(({ EventType, TriggeredBy, OccurredAt }) => [
        EventType,
        TriggeredBy,
        ((OccurredAt?.getTime() ?? 0) - startedMs) / 1000,
      ]),
    ).toEqual([
      ['DEPLOYMENT_COMPLETED', 'APPCONFIG', 120],
      ['BAKE_TIME_STARTED', 'APPCONFIG', 60],
      ['PERCENTAGE_UPDATED', 'APPCONFIG', 60],
      ['PERCENTAGE_UPDATED', 'APPCONFIG', 30],
      ['DEPLOYMENT_STARTED', 'USER', 0],
    ])
  })
})

describe('an alarm', () => {
  it.each(['ALARM', 'INSUFFICIENT_DATA'] as const)(
    'in %s rolls a bake back, and says why',
    async (alarmState) => {
      const { local, control, data, clock } = await start()
      await local.deploy({ ...API, content: 'good', monitors: [ALARM] })
      await local.deploy({ ...API, content: 'bad', strategy: 'AppConfig.AllAtOnce' })
      clock.advance(FIRST_STEP)
      const first = await poll(data, await open(data))
      clock.advance(MINUTE)

      local.setAlarm(ALARM, alarmState)

      const second = await poll(data, first.token)
      const rolledBack = await deployment(control, 2)
      expect([first.text, second.text]).toEqual(['bad', 'good'])
      expect(rolledBack.State).toBe('ROLLED_BACK')
      expect(rolledBack.EventLog?.slice(0, 2)).toMatchObject([
        { EventType: 'ROLLBACK_COMPLETED', TriggeredBy: 'CLOUDWATCH_ALARM' },
        {
          EventType: 'ROLLBACK_STARTED',
          Description: expect.stringContaining(`${ALARM} is in ${alarmState}`),
        },
      ])
      expect(await control.send(new GetEnvironmentCommand(IN_API))).toMatchObject({
        State: 'RolledBack',
        Monitors: [{ AlarmArn: ALARM }],
      })
      expect((await local.deploy({ ...API, content: 'better' })).state).toBe('COMPLETE')
    },
  )

  it('rolls back what is started while it rings', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'good', monitors: [ALARM] })
    local.setAlarm(ALARM, 'ALARM')

    const { state } = await local.deploy({ ...API, content: 'bad', strategy: LINEAR })

    expect(state).toBe('ROLLED_BACK')
    expect((await deployment(control, 2)).EventLog?.at(-1)?.EventType).toBe('DEPLOYMENT_STARTED')
  })

  it('leaves alone what was complete before, and environments it does not watch', async () => {
    const { local, control, clock } = await start()
    await local.deploy({ ...API, content: 'good', strategy: 'AppConfig.AllAtOnce', monitors: [ALARM] })
    await local.deploy({ ...API, environment: 'prod-02', content: 'good', strategy: LINEAR })
    clock.advance(10 * MINUTE + FIRST_STEP)

    local.setAlarm(ALARM, 'ALARM')

    expect((await deployment(control, 1)).State).toBe('COMPLETE')
    const other = await control.send(
      new GetDeploymentCommand({ ...IN_API, EnvironmentId: 'prod-02', DeploymentNumber: 1 }),
    )
    expect(other.State).toBe('DEPLOYING')
  })
})

describe('stopping', () => {
  it('takes a deployment back that is in progress', async () => {
    const { local, control, data, clock } = await start({ linearFirstStep: 'immediate' })
    await local.deploy({ ...API, content: 'one' })
    await local.deploy({ ...API, content: 'two', strategy: LINEAR })
    clock.advance(25 * MINUTE)
    const before = await poll(data, await open(data))

    const stopped = await stop(control, 2)

    clock.advance(MINUTE)
    expect(stopped).toMatchObject({ State: 'ROLLED_BACK', $metadata: { httpStatusCode: 202 } })
    expect(stopped.EventLog?.[0]).toMatchObject({
      EventType: 'ROLLBACK_COMPLETED',
      TriggeredBy: 'USER',
      Description: 'Deployment rolled back by user request',
    })
    expect([before.text, (await poll(data, before.token)).text]).toEqual(['two', 'one'])
  })

  it('a bake needs no Allow-Revert, unless the setting says so', async () => {
    const strict = await start({ stopWhileBaking: 'refuse' })
    const easy = await start()
    for (const { local, clock } of [strict, easy]) {
      await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })
      clock.advance(FIRST_STEP)
    }

    const error = await failure(stop(strict.control, 1))

    expect(error).toBeInstanceOf(BadRequestException)
    expect((await stop(strict.control, 1, true)).State).toBe('ROLLED_BACK')
    expect(await stop(easy.control, 1)).toMatchObject({ State: 'ROLLED_BACK', PercentageComplete: 0 })
  })

  it('reverts what is complete, one deployment after the other', async () => {
    const { control, data, ...started } = await threeDeployed()

    const reverted = await stop(control, 3, true)
    const afterOne = await poll(data, await open(data))
    await stop(control, 2, true)
    const afterTwo = await poll(data, await open(data))

    expect(reverted.State).toBe('REVERTED')
    expect(reverted.EventLog?.[0]).toMatchObject({ EventType: 'REVERT_COMPLETED', TriggeredBy: 'USER' })
    expect(await control.send(new GetEnvironmentCommand(IN_API))).toMatchObject({ State: 'Reverted' })
    expect([afterOne.text, afterTwo.text]).toEqual(['two', 'one'])
    expect((await started.local.deploy({ ...API, content: 'four' })).deploymentNumber).toBe(4)
  })

  it('refuses to revert unasked, after 72 hours, out of order, or twice', async () => {
    const { control, clock } = await threeDeployed()

    const unasked = await failure(stop(control, 3))
    const outOfOrder = await failure(stop(control, 2, true))
    clock.advance(72 * HOUR)
    await stop(control, 3, true)
    const twice = await failure(stop(control, 3, true))
    clock.advance(1)
    const tooLate = await failure(stop(control, 2, true))

    for (const error of [unasked, outOfOrder, twice, tooLate])
      expect(error).toBeInstanceOf(BadRequestException)
    expect(tooLate).toMatchObject({ message: expect.stringContaining('72 hours') })
  })

  it('leaves nothing of a first deployment', async () => {
    const { local, control, data, clock } = await start()
    await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })
    clock.advance(FIRST_STEP)
    const token = await open(data)

    await stop(control, 1, true)

    expect(await failure(poll(data, token))).toMatchObject({ ResourceType: 'Configuration' })
  })
})

async function threeDeployed(): Promise<Started> {
  const started = await start()
  for (const content of ['one', 'two', 'three']) await started.local.deploy({ ...API, content })
  return started
}

function deployment(control: AppConfigClient, DeploymentNumber: number): Promise<Deployment> {
  return control.send(new GetDeploymentCommand({ ...IN_API, DeploymentNumber }))
}

function stop(
  control: AppConfigClient,
  DeploymentNumber: number,
  AllowRevert?: boolean,
): Promise<Deployment & { readonly $metadata: object }> {
  return control.send(new StopDeploymentCommand({ ...IN_API, DeploymentNumber, AllowRevert }))
}
