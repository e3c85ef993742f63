import {
  ListApplicationsCommand,
  ListConfigurationProfilesCommand,
  ListEnvironmentsCommand,
} from '@aws-sdk/client-appconfig'
import {
  BadRequestException,
  InternalServerException,
  ResourceNotFoundException,
  StartConfigurationSessionCommand,
  ThrottlingException,
} from '@aws-sdk/client-appconfigdata'
import { describe, expect, it } from 'vitest'
import { API, failure, HOUR, MINUTE, open, poll, start } from './start.ts'

describe('a session', () => {
  it('is served the content, its type and its label', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: { temperature: 0.5 }, versionLabel: 'first' })

    const { text, output } = await poll(data, await open(data))

    expect(JSON.parse(text)).toEqual({ temperature: 0.5 })
    expect(output).toMatchObject({
      ContentType: 'application/json',
      VersionLabel: 'first',
      NextPollIntervalInSeconds: 60,
    })
  })

  it('is told of no change by an empty body without a label', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: '{}', versionLabel: 'first' })
    const first = await poll(data, await open(data))
    clock.advance(MINUTE)

    const second = await poll(data, first.token)

    expect([first.text, second.text]).toEqual(['{}', ''])
    expect(second.output.VersionLabel).toBeUndefined()
    expect(second.token).not.toBe(first.token)
  })

  it('is served a new version at its next poll', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const first = await poll(data, await open(data))
    await local.deploy({ ...API, content: 'two' })
    clock.advance(MINUTE)

    expect((await poll(data, first.token)).text).toBe('two')
  })

  it('keeps the interval it asked for', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const { token, output } = await poll(data, await open(data, 15))
    expect(output.NextPollIntervalInSeconds).toBe(15)

    clock.advance(14_999)
    const error = await failure(poll(data, token))
    clock.advance(1)

    expect(error).toBeInstanceOf(BadRequestException)
    expect(error).toMatchObject({
      message: 'Request too early',
      Reason: 'InvalidParameters',
      Details: {
        InvalidParameters: { ConfigurationToken: { Problem: 'PollIntervalNotSatisfied' } },
      },
    })
    expect((await poll(data, token)).text).toBe('')
  })

  it.each([5, 120])('polls every %i seconds when the setting says so', async (pollIntervalSeconds) => {
    const { local, data } = await start({ pollIntervalSeconds })
    await local.deploy({ ...API, content: 'one' })

    const { output } = await poll(data, await open(data))

    expect(output.NextPollIntervalInSeconds).toBe(pollIntervalSeconds)
  })

  it('may be opened by ids as well as by names', async () => {
    const { local, data, control } = await start()
    await local.deploy({ ...API, content: 'one' })
    const inApi = { ApplicationId: (await control.send(new ListApplicationsCommand())).Items?.[0]?.Id }
    const environments = await control.send(new ListEnvironmentsCommand(inApi))
    const profiles = await control.send(new ListConfigurationProfilesCommand(inApi))

    const { InitialConfigurationToken = '' } = await data.send(
      new StartConfigurationSessionCommand({
        ApplicationIdentifier: inApi.ApplicationId,
        EnvironmentIdentifier: environments.Items?.[0]?.Id,
        ConfigurationProfileIdentifier: profiles.Items?.[0]?.Id,
      }),
    )

    expect((await poll(data, InitialConfigurationToken)).text).toBe('one')
  })
})

describe('a token', () => {
  it('is one that has to be percent-encoded', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })

    const token = await open(data)
    await poll(data, token)

    expect(token).toMatch(/^(?=.*\+)(?=.*\/)[A-Za-z0-9+/]{500,}=$/)
    expect(local.calls.of('GetLatestConfiguration')[0]?.rawQuery).toContain(
      `configuration_token=${encodeURIComponent(token)}`,
    )
  })

  it('serves once when strict', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    await poll(data, token)
    clock.advance(MINUTE)

    const error = await failure(poll(data, token))

    expect(error).toBeInstanceOf(BadRequestException)
    expect(problemOf(error)).toBe('Corrupted')
  })

  it('serves again when lenient', async () => {
    const { local, data, clock } = await start({ tokenReuse: 'lenient' })
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    await poll(data, token)
    clock.advance(MINUTE)

    expect((await poll(data, token)).text).toBe('one')
  })

  it('is not spent by an error', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const token = await open(data)
    local.faults.add({ operation: 'GetLatestConfiguration', status: 500, times: 1 })

    const error = await failure(poll(data, token))

    expect(error).toBeInstanceOf(InternalServerException)
    expect((await poll(data, token)).text).toBe('one')
  })

  it('expires after a day', async () => {
    const { local, data, clock } = await start()
    await local.deploy({ ...API, content: 'one' })
    const [early, late] = [await open(data), await open(data)]

    clock.advance(24 * HOUR - 1)
    const inTime = await poll(data, early)
    clock.advance(1)
    const error = await failure(poll(data, late))

    expect(inTime.text).toBe('one')
    expect(error).toBeInstanceOf(BadRequestException)
    expect(problemOf(error)).toBe('Expired')
  })

  it('of another AppConfig is corrupted', async () => {
    const [one, other] = [await start(), await start()]
    for (const { local } of [one, other]) await local.deploy({ ...API, content: 'one' })

    const error = await failure(poll(one.data, await open(other.data)))

    expect(problemOf(error)).toBe('Corrupted')
    expect(problemOf(await failure(poll(one.data, 'nonsense')))).toBe('Corrupted')
  })
})

describe('what does not exist', () => {
  it.each([
    ['Application', { ApplicationIdentifier: 'nobody' }],
    ['ConfigurationProfile', { ConfigurationProfileIdentifier: 'nothing' }],
    ['Environment', { EnvironmentIdentifier: 'nowhere' }],
  ])('is named: %s', async (ResourceType, wrong) => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    const right = {
      ApplicationIdentifier: API.application,
      EnvironmentIdentifier: API.environment,
      ConfigurationProfileIdentifier: API.profile,
    }

    const error = await failure(data.send(new StartConfigurationSessionCommand({ ...right, ...wrong })))

    expect(error).toBeInstanceOf(ResourceNotFoundException)
    expect(error).toMatchObject({ ResourceType, ReferencedBy: wrong })
  })

  it('is a deployment where nothing was deployed', async () => {
    const { local, data } = await start()
    await local.deploy({ ...API, content: 'one' })
    await local.deploy({ ...API, environment: 'prod-02', profile: 'other', content: 'one' })

    const opening = data.send(
      new StartConfigurationSessionCommand({
        ApplicationIdentifier: API.application,
        EnvironmentIdentifier: API.environment,
        ConfigurationProfileIdentifier: 'other',
      }),
    )

    expect(await failure(opening)).toMatchObject({
      name: 'ResourceNotFoundException',
      ResourceType: 'Deployment',
      ReferencedBy: { EnvironmentIdentifier: API.environment, ConfigurationProfileIdentifier: 'other' },
    })
  })

  it('is empty instead, when the setting says so', async () => {
    const { local, data, clock } = await start({ beforeFirstDeployment: 'empty' })
    await local.deploy({ ...API, profile: 'other', content: 'one' })
    await local.deploy({ ...API, environment: 'prod-02', content: 'one' })

    const first = await poll(data, await open(data))
    await local.deploy({ ...API, content: 'two' })
    clock.advance(MINUTE)
    const second = await poll(data, first.token)

    expect([first.text, second.text]).toEqual(['', 'two'])
  })
})

it.each([14, 86_401])('refuses an interval of %i seconds', async (seconds) => {
  const { local, data } = await start()
  await local.deploy({ ...API, content: 'one' })

  const error = await failure(open(data, seconds))

  expect(error).toBeInstanceOf(BadRequestException)
  expect(error).toMatchObject({
    message: expect.stringContaining('RequiredMinimumPollIntervalInSeconds'),
  })
})

it('throttles as AppConfig does', async () => {
  const { local, data } = await start()
  local.faults.add({ status: 429 })

  const error = await failure(open(data))

  expect(error).toBeInstanceOf(ThrottlingException)
})

function problemOf(error: unknown): string | undefined {
  return error instanceof BadRequestException
    ? error.Details?.InvalidParameters?.['ConfigurationToken']?.Problem
    : undefined
}
