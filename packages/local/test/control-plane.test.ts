import {
  BadRequestException,
  ConflictException,
  CreateApplicationCommand,
  CreateConfigurationProfileCommand,
  CreateDeploymentStrategyCommand,
  CreateEnvironmentCommand,
  CreateHostedConfigurationVersionCommand,
  DeleteApplicationCommand,
  DeleteConfigurationProfileCommand,
  DeleteDeploymentStrategyCommand,
  DeleteEnvironmentCommand,
  DeleteHostedConfigurationVersionCommand,
  GetApplicationCommand,
  GetConfigurationProfileCommand,
  GetHostedConfigurationVersionCommand,
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListDeploymentStrategiesCommand,
  ListDeploymentsCommand,
  ListEnvironmentsCommand,
  ListHostedConfigurationVersionsCommand,
  ListTagsForResourceCommand,
  ResourceNotFoundException,
  StartDeploymentCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApplicationCommand,
  UpdateConfigurationProfileCommand,
  UpdateDeploymentStrategyCommand,
  UpdateEnvironmentCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { API, failure, open, poll, start } from './start.ts'

const IN_API = { ApplicationId: 'api' }
const IN_DEFAULT = { ...IN_API, ConfigurationProfileId: 'default' }

describe('an application', () => {
  it('is changed, and deleted once it is empty', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one' })
    const { Id: ApplicationId } = await control.send(new GetApplicationCommand(IN_API))

    const renamed = await control.send(
      new UpdateApplicationCommand({ ApplicationId, Name: 'shop', Description: 'now a shop' }),
    )
    const tooEarly = await failure(control.send(new DeleteApplicationCommand({ ApplicationId })))
    const inShop = { ApplicationId, ConfigurationProfileId: 'default' }
    await control.send(new DeleteHostedConfigurationVersionCommand({ ...inShop, VersionNumber: 1 }))
    await control.send(new DeleteConfigurationProfileCommand(inShop))
    await control.send(new DeleteEnvironmentCommand({ ApplicationId, EnvironmentId: 'prod-01' }))
    await control.send(new DeleteApplicationCommand({ ApplicationId }))
    const gone = await failure(control.send(new GetApplicationCommand({ ApplicationId })))

    expect(renamed).toMatchObject({ Id: ApplicationId, Name: 'shop', Description: 'now a shop' })
    expect(tooEarly).toBeInstanceOf(BadRequestException)
    expect(gone).toBeInstanceOf(ResourceNotFoundException)
    expect(gone).toMatchObject({ ResourceName: ApplicationId })
  })

  it('has a name nobody else has', async () => {
    const { control } = await start()
    await control.send(new CreateApplicationCommand({ Name: 'api' }))

    const error = await failure(control.send(new CreateApplicationCommand({ Name: 'api' })))

    expect(error).toBeInstanceOf(BadRequestException)
  })

  it.each([undefined, '', 'x'.repeat(65)])('is not called %s', async (Name) => {
    const { control } = await start()

    const error = await failure(control.send(new CreateApplicationCommand({ Name })))

    expect(error).toBeInstanceOf(BadRequestException)
    expect(error).toMatchObject({ message: expect.stringContaining('Name') })
  })
})

describe('an environment', () => {
  it('is changed, and not deleted under a deployment', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one', strategy: 'AppConfig.AllAtOnce' })
    const ids = { ...IN_API, EnvironmentId: 'prod-01' }

    const updated = await control.send(
      new UpdateEnvironmentCommand({ ...ids, Description: 'first cell', Monitors: [{ AlarmArn: 'arn:a' }] }),
    )
    const error = await failure(control.send(new DeleteEnvironmentCommand(ids)))

    expect(updated).toMatchObject({ Description: 'first cell', Monitors: [{ AlarmArn: 'arn:a' }] })
    expect(error).toBeInstanceOf(ConflictException)
  })

  it('has five monitors at most', async () => {
    const { control } = await start()
    await control.send(new CreateApplicationCommand({ Name: 'api' }))
    const Monitors = Array.from({ length: 6 }, (_, index) => ({ AlarmArn: `arn:${index}` }))

    const error = await failure(
      control.send(new CreateEnvironmentCommand({ ...IN_API, Name: 'e', Monitors })),
    )

    expect(error).toMatchObject({ name: 'BadRequestException', message: expect.stringContaining('5') })
  })
})

describe('a profile', () => {
  it('is changed, and shows the types of its validators in lists', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one' })
    await control.send(
      new CreateConfigurationProfileCommand({
        ...IN_API,
        Name: 'flags',
        LocationUri: 'hosted',
        Type: 'AWS.AppConfig.FeatureFlags',
      }),
    )

    await control.send(
      new UpdateConfigurationProfileCommand({
        ...IN_DEFAULT,
        Description: 'numbers',
        Validators: [{ Type: 'JSON_SCHEMA', Content: '{}' }],
      }),
    )

    const profile = await control.send(new GetConfigurationProfileCommand(IN_DEFAULT))
    const all = await control.send(new ListConfigurationProfilesCommand(IN_API))
    const flags = await control.send(
      new ListConfigurationProfilesCommand({ ...IN_API, Type: 'AWS.AppConfig.FeatureFlags' }),
    )
    expect(profile).toMatchObject({
      Description: 'numbers',
      Validators: [{ Type: 'JSON_SCHEMA', Content: '{}' }],
    })
    expect(all.Items?.map(({ Name, ValidatorTypes }) => [Name, ValidatorTypes])).toEqual([
      ['default', ['JSON_SCHEMA']],
      ['flags', []],
    ])
    expect(flags.Items?.map(({ Name }) => Name)).toEqual(['flags'])
  })

  it('is deployed only when hosted', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one' })
    await control.send(
      new CreateConfigurationProfileCommand({ ...IN_API, Name: 'far', LocationUri: 's3://bucket/key' }),
    )

    const error = await failure(
      control.send(
        new StartDeploymentCommand({
          ...IN_API,
          EnvironmentId: 'prod-01',
          ConfigurationProfileId: 'far',
          ConfigurationVersion: '1',
          DeploymentStrategyId: 'AppConfig.AllAtOnce',
        }),
      ),
    )

    expect(error).toMatchObject({ name: 'BadRequestException', message: expect.stringContaining('hosted') })
  })
})

describe('a hosted version', () => {
  it('is locked optimistically', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one' })
    const create = (LatestVersionNumber: number): Promise<unknown> =>
      control.send(
        new CreateHostedConfigurationVersionCommand({
          ...IN_DEFAULT,
          Content: Buffer.from('two'),
          ContentType: 'text/plain',
          LatestVersionNumber,
        }),
      )

    const stale = await failure(create(0))

    expect(stale).toBeInstanceOf(ConflictException)
    expect(await create(1)).toMatchObject({ VersionNumber: 2 })
  })

  it('keeps a description and a label of any letters', async () => {
    const { local, control } = await start()
    await local.deploy({ ...API, content: 'one', description: 'première version ✓', versionLabel: 'v1.0-ñ' })
    const wanted = { ...IN_DEFAULT, VersionNumber: 1 }

    const listed = await control.send(new ListHostedConfigurationVersionsCommand(IN_DEFAULT))
    const { Description = '' } = await control.send(new GetHostedConfigurationVersionCommand(wanted))

    expect(listed.Items).toMatchObject([{ Description: 'première version ✓', VersionLabel: 'v1.0-ñ' }])
    expect(Buffer.from(Description, 'latin1').toString()).toBe('première version ✓')
  })

  it.each(['123', '', 'x'.repeat(65)])('is not labelled %o', async (VersionLabel) => {
    const { local } = await start()

    const error = await failure(local.deploy({ ...API, content: 'one', versionLabel: VersionLabel }))

    expect(error).toMatchObject({ code: 'BadRequestException' })
  })

  it('is found by label, by prefix and by page, newest first', async () => {
    const { local, control } = await start()
    for (const versionLabel of ['v1.0', 'v1.1', 'v2.0']) {
      await local.deploy({ ...API, content: versionLabel, versionLabel })
    }
    const labels = async (input: object): Promise<unknown> => {
      const { Items = [] } = await control.send(
        new ListHostedConfigurationVersionsCommand({ ...IN_DEFAULT, ...input }),
      )
      return Items.map(({ VersionLabel }) => VersionLabel)
    }
    const deployLabel = new StartDeploymentCommand({
      ...IN_DEFAULT,
      EnvironmentId: 'prod-01',
      ConfigurationVersion: 'v1.1',
      DeploymentStrategyId: 'Local.Instant',
    })

    const first = await control.send(
      new ListHostedConfigurationVersionsCommand({ ...IN_DEFAULT, MaxResults: 2 }),
    )

    expect(await labels({})).toEqual(['v2.0', 'v1.1', 'v1.0'])
    expect(await labels({ VersionLabel: 'v1.*' })).toEqual(['v1.1', 'v1.0'])
    expect(await labels({ VersionLabel: 'v1' })).toEqual([])
    expect(first.Items).toHaveLength(2)
    expect(await labels({ MaxResults: 2, NextToken: first.NextToken })).toEqual(['v1.0'])
    expect(await control.send(deployLabel)).toMatchObject({ ConfigurationVersion: '2', VersionLabel: 'v1.1' })
  })

  it('that was deleted is still served where it was deployed', async () => {
    const { local, control, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const wanted = { ...IN_DEFAULT, VersionNumber: 1 }

    await control.send(new DeleteHostedConfigurationVersionCommand(wanted))

    const read = await failure(control.send(new GetHostedConfigurationVersionCommand(wanted)))
    expect(read).toBeInstanceOf(ResourceNotFoundException)
    expect((await poll(data, await open(data))).text).toBe('one')
    expect((await local.deploy({ ...API, content: 'two' })).versionNumber).toBe(2)
  })

  it('of flags is the one it already is when nothing changed, and served reduced', async () => {
    const { local, control, data } = await start()
    await control.send(new CreateApplicationCommand({ Name: 'api' }))
    await control.send(
      new CreateConfigurationProfileCommand({
        ...IN_API,
        Name: 'default',
        LocationUri: 'hosted',
        Type: 'AWS.AppConfig.FeatureFlags',
      }),
    )
    const attributes = { size: { constraints: { type: 'number' } } }
    const content = {
      version: '1',
      flags: { b: { name: 'b', attributes }, a: { name: 'a', attributes }, c: { name: 'c', attributes } },
      values: {
        b: { enabled: true, size: 2, _updatedAt: '2026-01-01T00:00:00Z' },
        a: { enabled: false, size: 1 },
        c: {
          _variants: [
            { name: 'beta', enabled: true, rule: '(eq $t "x")' },
            { name: 'rest', enabled: true, attributeValues: { size: 3 } },
          ],
        },
      },
    }

    const results = [await local.deploy({ ...API, content }), await local.deploy({ ...API, content })]

    expect(results.map(({ versionNumber }) => versionNumber)).toEqual([1, 1])
    expect((await poll(data, await open(data))).text).toBe(
      '{"a":{"enabled":false},"b":{"enabled":true,"size":2},"c":{"_variant":"rest","enabled":true,"size":3}}',
    )
  })
})

describe('a strategy', () => {
  it('is changed and deleted if it is an own one', async () => {
    const { control } = await start()
    const { Id: DeploymentStrategyId } = await control.send(
      new CreateDeploymentStrategyCommand({
        Name: 'slow',
        DeploymentDurationInMinutes: 60,
        GrowthFactor: 12.5,
        ReplicateTo: 'NONE',
      }),
    )

    const updated = await control.send(
      new UpdateDeploymentStrategyCommand({ DeploymentStrategyId, GrowthType: 'EXPONENTIAL' }),
    )
    await control.send(new DeleteDeploymentStrategyCommand({ DeploymentStrategyId }))
    const { Items } = await control.send(new ListDeploymentStrategiesCommand({}))
    const predefined = await failure(
      control.send(new DeleteDeploymentStrategyCommand({ DeploymentStrategyId: 'AppConfig.AllAtOnce' })),
    )

    expect(updated).toMatchObject({
      GrowthType: 'EXPONENTIAL',
      GrowthFactor: 12.5,
      FinalBakeTimeInMinutes: 0,
    })
    expect(Items).toHaveLength(4)
    expect(predefined).toBeInstanceOf(BadRequestException)
  })

  it.each([
    { GrowthFactor: 0 },
    { GrowthFactor: 101 },
    { DeploymentDurationInMinutes: 1441 },
    { GrowthFactor: undefined },
  ])('is refused with %o', async (wrong) => {
    const { control } = await start()
    const right = { Name: 's', DeploymentDurationInMinutes: 0, GrowthFactor: 100 }

    const error = await failure(control.send(new CreateDeploymentStrategyCommand({ ...right, ...wrong })))

    expect(error).toMatchObject({ name: 'BadRequestException' })
  })
})

it('lists deployments with the ids of their profiles, since names are not unique', async () => {
  const { local, control } = await start()
  await local.deploy({ ...API, content: 'one' })
  await local.deploy({ ...API, profile: 'limits', content: 'two' })
  const { Items: profiles = [] } = await control.send(
    new ListConfigurationProfilesCommand({ ApplicationId: 'api' }),
  )

  const { Items = [] } = await control.send(
    new ListDeploymentsCommand({ ApplicationId: 'api', EnvironmentId: 'prod-01' }),
  )

  const idOf = (name: string) => profiles.find(({ Name }) => Name === name)?.Id
  expect(Items.map((each) => each.ConfigurationProfileId)).toEqual([idOf('limits'), idOf('default')])
})

it('starts a deployment only on the latest one the caller knows of', async () => {
  const { local, control } = await start()
  await local.deploy({ ...API, content: 'one' })
  const command = (LatestDeploymentNumber: number): StartDeploymentCommand =>
    new StartDeploymentCommand({
      ...IN_DEFAULT,
      EnvironmentId: 'prod-01',
      ConfigurationVersion: '1',
      DeploymentStrategyId: 'Local.Instant',
      LatestDeploymentNumber,
    })

  const error = await failure(control.send(command(0)))

  expect(error).toBeInstanceOf(ConflictException)
  expect(error).toMatchObject({ message: expect.stringContaining('Deployment number 1 already exists') })
  expect(await control.send(command(1))).toMatchObject({ DeploymentNumber: 2 })
})

it('pages through a list', async () => {
  const { control } = await start()
  const names = Array.from({ length: 7 }, (_, index) => `app-${index}`)
  for (const Name of names) await control.send(new CreateApplicationCommand({ Name }))

  const seen: (string | undefined)[][] = []
  let NextToken: string | undefined
  do {
    const page = await control.send(new ListApplicationsCommand({ MaxResults: 3, NextToken }))
    seen.push(page.Items?.map(({ Name }) => Name) ?? [])
    NextToken = page.NextToken
  } while (NextToken)

  expect(seen).toEqual([names.slice(0, 3), names.slice(3, 6), names.slice(6)])
  for (const wrong of [{ MaxResults: 51 }, { MaxResults: 0 }, { NextToken: 'nonsense' }]) {
    expect(await failure(control.send(new ListApplicationsCommand(wrong)))).toBeInstanceOf(
      BadRequestException,
    )
  }
})

it('keeps each application to itself', async () => {
  const { local, control } = await start()
  await local.deploy({ ...API, content: 'one' })
  await local.deploy({ ...API, application: 'shop', environment: 'prod-02', content: 'two' })

  const { Items } = await control.send(new ListEnvironmentsCommand({ ApplicationId: 'shop' }))

  expect(Items?.map(({ Name }) => Name)).toEqual(['prod-02'])
})

it('tags, untags and lists tags by ARN', async () => {
  const { control } = await start()
  const { Id } = await control.send(new CreateApplicationCommand({ Name: 'api', Tags: { team: 'core' } }))
  const ResourceArn = `arn:aws:appconfig:us-east-1:000000000000:application/${Id}`

  await control.send(new TagResourceCommand({ ResourceArn, Tags: { stage: 'prod', cost: 'low' } }))
  await control.send(new UntagResourceCommand({ ResourceArn, TagKeys: ['cost', 'absent'] }))
  const { Tags } = await control.send(new ListTagsForResourceCommand({ ResourceArn }))
  const unknown = await failure(
    control.send(new ListTagsForResourceCommand({ ResourceArn: `${ResourceArn}x` })),
  )

  expect(Tags).toEqual({ team: 'core', stage: 'prod' })
  expect(unknown).toBeInstanceOf(ResourceNotFoundException)
})
