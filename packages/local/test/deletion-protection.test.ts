import {
  DeleteConfigurationProfileCommand,
  DeleteEnvironmentCommand,
  DeleteHostedConfigurationVersionCommand,
  type DeletionProtectionCheck,
  GetAccountSettingsCommand,
  UpdateAccountSettingsCommand,
} from '@aws-sdk/client-appconfig'
import { describe, expect, it } from 'vitest'
import { API, failure, HOUR, MINUTE, open, poll, type Started, start } from './start.ts'

const IN_API = { ApplicationId: 'api' }

/** An environment and a profile without versions, a day old. */
async function startedYesterday(): Promise<Started> {
  const started = await start()
  await started.local.deploy({ ...API, content: 'one' })
  await started.control.send(
    new DeleteHostedConfigurationVersionCommand({
      ...IN_API,
      ConfigurationProfileId: 'default',
      VersionNumber: 1,
    }),
  )
  started.clock.advance(24 * HOUR)
  return started
}

function protect({ control }: Started, ProtectionPeriodInMinutes?: number): Promise<unknown> {
  const DeletionProtection = { Enabled: true, ProtectionPeriodInMinutes }
  return control.send(new UpdateAccountSettingsCommand({ DeletionProtection }))
}

const DELETE = {
  environment: (check?: DeletionProtectionCheck) =>
    new DeleteEnvironmentCommand({ ...IN_API, EnvironmentId: 'prod-01', DeletionProtectionCheck: check }),
  profile: (check?: DeletionProtectionCheck) =>
    new DeleteConfigurationProfileCommand({
      ...IN_API,
      ConfigurationProfileId: 'default',
      DeletionProtectionCheck: check,
    }),
}

function remove({ control }: Started, what: keyof typeof DELETE, check?: DeletionProtectionCheck) {
  return failure(
    what === 'environment' ? control.send(DELETE.environment(check)) : control.send(DELETE.profile(check)),
  )
}

describe.each(['environment', 'profile'] as const)('an %s that is polled', (what) => {
  it('is deleted while nobody asked for protection', async () => {
    const started = await startedYesterday()
    await poll(started.data, await open(started.data))

    expect(await remove(started, what)).not.toBeInstanceOf(Error)
  })

  it('is protected for the period, then deleted', async () => {
    const started = await startedYesterday()
    await protect(started, 15)
    await poll(started.data, await open(started.data))

    started.clock.advance(15 * MINUTE - 1)
    const refused = await remove(started, what)
    started.clock.advance(1)

    expect(refused).toMatchObject({
      name: 'BadRequestException',
      message: expect.stringContaining('polled within the last 15 minutes'),
    })
    expect(await remove(started, what)).not.toBeInstanceOf(Error)
  })

  it('is protected from who asks an Agent too', async () => {
    const started = await startedYesterday()
    await protect(started)
    await fetch(`${started.local.agentUrl}/applications/api/environments/prod-01/configurations/default`)

    expect(await remove(started, what)).toMatchObject({ name: 'BadRequestException' })
    expect(await remove(started, what, 'BYPASS')).not.toBeInstanceOf(Error)
  })

  it('is protected without the account by APPLY, and not when nobody polled it', async () => {
    const started = await startedYesterday()
    await poll(started.data, await open(started.data))

    expect(await remove(started, what, 'APPLY')).toMatchObject({ name: 'BadRequestException' })
    started.clock.advance(HOUR)
    expect(await remove(started, what, 'APPLY')).not.toBeInstanceOf(Error)
  })
})

it('leaves out what is younger than an hour, unless asked', async () => {
  const started = await start()
  await protect(started)
  await started.local.deploy({ ...API, content: 'one' })
  await poll(started.data, await open(started.data))

  expect(await remove(started, 'environment', 'APPLY')).toMatchObject({ name: 'BadRequestException' })
  expect(await remove(started, 'environment', 'ACCOUNT_DEFAULT')).not.toBeInstanceOf(Error)
})

it('has settings for the account, which start switched off', async () => {
  const { control } = await start()
  const settings = async (): Promise<unknown> =>
    (await control.send(new GetAccountSettingsCommand({}))).DeletionProtection

  const before = await settings()
  await control.send(new UpdateAccountSettingsCommand({ DeletionProtection: { Enabled: true } }))
  const wrong = new UpdateAccountSettingsCommand({ DeletionProtection: { ProtectionPeriodInMinutes: 14 } })

  expect(before).toEqual({ Enabled: false, ProtectionPeriodInMinutes: 60 })
  expect(await settings()).toEqual({ Enabled: true, ProtectionPeriodInMinutes: 60 })
  expect(await failure(control.send(wrong))).toMatchObject({
    name: 'BadRequestException',
    message: expect.stringContaining('from 15 to 1440'),
  })
})
