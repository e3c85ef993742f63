import {
  ConflictException,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateDeploymentStrategyCommand,
  CreateEnvironmentCommand,
  CreateHostedConfigurationVersionCommand,
  GetConfigurationProfileCommand,
  GetDeploymentCommand,
  GetDeploymentStrategyCommand,
  GetEnvironmentCommand,
  ListDeploymentsCommand,
  StartDeploymentCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { AppConfigServiceError } from '../src/index.ts'
import { API, FIRST_STEP, failure, MINUTE, open, poll, start } from './start.ts'

describe('the control plane', () => {
  it('takes a configuration from nothing to served', async () => {
    const { control, data } = await start()

    const application = await control.send(new CreateApplicationCommand({ Name: 'api', Description: 'ours' }))
    const inApi = { ApplicationId: application.Id }
    const environment = await control.send(new CreateEnvironmentCommand({ ...inApi, Name: 'prod-01' }))
    const profile = await control.send(
      new CreateConfigurationProfileCommand({ ...inApi, Name: 'default', LocationUri: 'hosted' }),
    )
    const strategy = await control.send(
      new CreateDeploymentStrategyCommand({
        Name: 'at once',
        DeploymentDurationInMinutes: 0,
        FinalBakeTimeInMinutes: 0,
        GrowthFactor: 100,
        ReplicateTo: 'NONE',
      }),
    )
    const version = await control.send(
      new CreateHostedConfigurationVersionCommand({
        ...inApi,
        ConfigurationProfileId: profile.Id,
        Content: Buffer.from('{"temperature":0.5}'),
        ContentType: 'application/json',
        Description: 'première',
        VersionLabel: 'v1.0',
      }),
    )
    const deployment = await control.send(
      new StartDeploymentCommand({
        ...inApi,
        EnvironmentId: environment.Id,
        ConfigurationProfileId: profile.Id,
        ConfigurationVersion: String(version.VersionNumber),
        DeploymentStrategyId: strategy.Id,
      }),
    )

    expect(application).toMatchObject({ Id: expect.stringMatching(/^[a-z0-9]{7}$/), Description: 'ours' })
    expect(environment).toMatchObject({ State: 'ReadyForDeployment', ApplicationId: application.Id })
    expect(profile).toMatchObject({ Type: 'AWS.Freeform', LocationUri: 'hosted' })
    expect(version).toMatchObject({ VersionNumber: 1, VersionLabel: 'v1.0', ContentType: 'application/json' })
    expect(version.Content?.transformToString()).toBe('{"temperature":0.5}')
    expect(deployment).toMatchObject({
      DeploymentNumber: 1,
      State: 'COMPLETE',
      PercentageComplete: 100,
      ConfigurationVersion: '1',
      VersionLabel: 'v1.0',
      ConfigurationName: 'default',
    })
    expect(deployment.StartedAt).toEqual(deployment.CompletedAt)
    expect(deployment.EventLog?.map(({ Description }) => Description)).toEqual([
      'Deployment completed instantly',
      'Deployment started',
    ])
    expect((await poll(data, await open(data))).text).toBe('{"temperature":0.5}')
  })

  it.each([
    ['AppConfig.AllAtOnce', { GrowthType: 'LINEAR', GrowthFactor: 100, FinalBakeTimeInMinutes: 10 }],
    ['AppConfig.Linear50PercentEvery30Seconds', { GrowthFactor: 50, DeploymentDurationInMinutes: 1 }],
    ['AppConfig.Canary10Percent20Minutes', { GrowthType: 'EXPONENTIAL', GrowthFactor: 10 }],
    ['AppConfig.Linear20PercentEvery6Minutes', { DeploymentDurationInMinutes: 30 }],
  ])('knows %s', async (DeploymentStrategyId, fields) => {
    const { control } = await start()

    const strategy = await control.send(new GetDeploymentStrategyCommand({ DeploymentStrategyId }))

    expect(strategy).toMatchObject({ Id: DeploymentStrategyId, Name: DeploymentStrategyId, ...fields })
  })
})

describe('AppConfig.AllAtOnce', () => {
  it('reaches everybody after five seconds, then bakes ten minutes, as its log tells', async () => {
    const { local, data, control, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const asked = { ApplicationId: 'api', EnvironmentId: 'prod-01', DeploymentNumber: 2 }

    const result = await local.deploy({ ...API, content: 'two', strategy: 'AppConfig.AllAtOnce' })

    const early = await poll(data, await open(data))
    clock.advance(4999)
    const before = await control.send(new GetDeploymentCommand(asked))
    clock.advance(1)

    expect(result).toEqual({ deploymentNumber: 2, versionNumber: 2, state: 'DEPLOYING' })
    expect(early.text).toBe('one')
    expect(before).toMatchObject({ State: 'DEPLOYING', PercentageComplete: 0 })
    expect((await poll(data, await open(data))).text).toBe('two')
    expect(await control.send(new GetEnvironmentCommand(asked))).toMatchObject({ State: 'Deploying' })
    clock.advance(10 * MINUTE - 1)
    expect(await control.send(new GetDeploymentCommand(asked))).toMatchObject({
      State: 'BAKING',
      PercentageComplete: 100,
    })
    clock.advance(1)
    const complete = await control.send(new GetDeploymentCommand(asked))
    expect(complete.State).toBe('COMPLETE')
    expect(complete.EventLog?.map(({ EventType, Description }) => [EventType, Description])).toEqual([
      ['DEPLOYMENT_COMPLETED', 'Deployment completed'],
      ['BAKE_TIME_STARTED', 'Deployment bake time started'],
      ['PERCENTAGE_UPDATED', 'Configuration available to 100.00% of clients'],
      ['DEPLOYMENT_STARTED', 'Deployment started'],
    ])
    expect(complete.CompletedAt?.getTime()).toBe(clock.now())
    expect(await control.send(new GetEnvironmentCommand(asked))).toMatchObject({
      State: 'ReadyForDeployment',
    })
  })

  it('keeps every other deployment out of its environment until it has baked', async () => {
    const { local, control, clock } = await start()
    await local.deploy({ ...API, profile: 'ops', content: 'calm' })
    await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })
    const again = new StartDeploymentCommand({
      ApplicationId: 'api',
      EnvironmentId: 'prod-01',
      ConfigurationProfileId: 'ops',
      ConfigurationVersion: '1',
      DeploymentStrategyId: 'AppConfig.AllAtOnce',
    })

    clock.advance(FIRST_STEP)
    const overHttp = await failure(control.send(again))
    const direct = await failure(local.deploy({ ...API, profile: 'ops', content: 'alarm' }))
    const elsewhere = await local.deploy({ ...API, environment: 'prod-01-ops', content: 'alarm' })
    clock.advance(10 * MINUTE)

    expect(overHttp).toBeInstanceOf(ConflictException)
    expect(direct).toBeInstanceOf(AppConfigServiceError)
    expect(direct).toMatchObject({ code: 'ConflictException', message: expect.stringContaining('BAKING') })
    expect(elsewhere.state).toBe('COMPLETE')
    expect(await control.send(again)).toMatchObject({ DeploymentNumber: 3, State: 'DEPLOYING' })
  })
})

describe('deploy', () => {
  it.each([
    [{ a: 1 }, 'application/json', '{"a":1}'],
    ['[1]', 'application/json', '[1]'],
    ['a: 1', 'text/plain', 'a: 1'],
    [Buffer.from([1, 2]), 'application/octet-stream', '\u0001\u0002'],
  ])('knows the media type of %o', async (content, type, text) => {
    const { local, data } = await start()

    await local.deploy({ ...API, content })

    const polled = await poll(data, await open(data))
    expect([polled.output.ContentType, polled.text]).toEqual([type, text])
  })

  it('takes a label twice for the same content only', async () => {
    const { local, control } = await start()
    const first = { ...API, content: 'one', versionLabel: 'v-one' }

    const results = [await local.deploy(first), await local.deploy(first)]
    const error = await failure(local.deploy({ ...first, content: 'two' }))

    expect(results.map(({ versionNumber }) => versionNumber)).toEqual([1, 1])
    expect(error).toMatchObject({ code: 'ConflictException' })
    const list = await control.send(
      new ListDeploymentsCommand({ ApplicationId: 'api', EnvironmentId: 'prod-01' }),
    )
    expect(list.Items?.map(({ DeploymentNumber }) => DeploymentNumber)).toEqual([2, 1])
    const { Id } = await control.send(
      new GetConfigurationProfileCommand({ ApplicationId: 'api', ConfigurationProfileId: 'default' }),
    )
    expect(new Set(list.Items?.map(({ ConfigurationProfileId }) => ConfigurationProfileId))).toEqual(
      new Set([Id]),
    )
  })
})
