import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { type LocalAppConfig, startLocalAppConfig } from '@appconfig-kit/local'
import { AppConfigClient } from '@aws-sdk/client-appconfig'
import { expect, it, onTestFinished } from 'vitest'
import { controlPlane } from '../src/index.ts'
import type { ShownDeployment, State } from '../src/wire.ts'
import { createWorld, post, serveConsole } from './served.ts'

const PLACE = { application: 'api', environment: 'dev', profile: 'default' }

interface Started {
  readonly local: LocalAppConfig
  readonly sdk: AppConfigClient
  readonly clock: ManualClock
}

/** One deployment complete, another at its beginning. */
async function start(): Promise<Started> {
  const clock = manualClock()
  const local = await startLocalAppConfig({ clock })
  onTestFinished(() => local.close())
  const sdk = new AppConfigClient({
    endpoint: local.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  })
  onTestFinished(() => sdk.destroy())
  await local.deploy({ ...PLACE, content: { a: 1 }, versionLabel: 'v1' })
  await local.deploy({
    ...PLACE,
    content: { a: 2 },
    versionLabel: 'v2',
    strategy: 'AppConfig.Linear50PercentEvery30Seconds',
  })
  return { local, sdk, clock }
}

async function shownAt(url: string): Promise<readonly ShownDeployment[]> {
  const { deployments = [] } = (await (await fetch(`${url}/state`)).json()) as State
  return deployments
}

const states = (deployments: readonly ShownDeployment[]) =>
  deployments.map(({ number, version, state, percentage }) => `${number} ${version} ${state} ${percentage}`)

it('deployments are shown with their percentage and events', async () => {
  const { sdk, clock } = await start()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { deployments: controlPlane(sdk), clock })
  const first = await shownAt(url)
  expect(states(first)).toEqual(['2 v2 DEPLOYING 0', '1 v1 COMPLETE 100'])

  clock.advance(30_000)

  const second = await shownAt(url)
  expect(states(second)).toEqual(['2 v2 DEPLOYING 50', '1 v1 COMPLETE 100'])
  expect(second[0]).toMatchObject({ document: 'api/dev/default' })
  expect(second[0]?.events.length).toBeGreaterThan(first[0]?.events.length ?? 0)
})

it('only what was named is shown', async () => {
  const { local, sdk } = await start()
  await local.deploy({ ...PLACE, application: 'other', content: {} })
  const all = await controlPlane(sdk).list()
  expect(new Set(all.map(({ document }) => document))).toEqual(
    new Set(['api/dev/default', 'other/dev/default']),
  )
  const some = await controlPlane(sdk, { application: 'other' }).list()
  expect(some.map(({ document }) => document)).toEqual(['other/dev/default'])
  expect(await controlPlane(sdk, { environment: 'none' }).list()).toEqual([])
})

it('looking asks once for a deployment that has not moved', async () => {
  const { local, sdk } = await start()
  const plane = controlPlane(sdk)
  await plane.list()
  await plane.list()
  expect(local.calls.of('GetDeployment')).toHaveLength(2)
  expect(local.calls.of('ListApplications')).toHaveLength(1)
})

it('a console is for looking only, unless told otherwise', async () => {
  const { sdk } = await start()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { deployments: controlPlane(sdk) })
  const [running] = await shownAt(url)
  const answer = await post(`${url}/deployments`, { id: running?.id, action: 'stop' })
  expect(answer.status).toBe(405)
  expect(states(await controlPlane(sdk).list())).toContain('2 v2 DEPLOYING 0')
})

it('stops what is in progress and reverts what is complete, as it was asked', async () => {
  const { sdk, clock } = await start()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { deployments: controlPlane(sdk), actions: true, clock })
  const [running, complete] = await shownAt(url)
  const act = (id: unknown, action: string) => post(`${url}/deployments`, { id, action })

  expect((await act(running?.id, 'revert')).status).toBe(409)
  expect((await act(complete?.id, 'stop')).status).toBe(409)
  expect((await act(running?.id, 'delete')).status).toBe(400)
  expect((await act(7, 'stop')).status).toBe(400)
  expect((await act('a/b/1', 'stop')).status).toBe(409)
  expect(states(await controlPlane(sdk).list())).toEqual(['2 v2 DEPLOYING 0', '1 v1 COMPLETE 100'])

  expect((await act(running?.id, 'stop')).status).toBe(200)
  expect(states(await controlPlane(sdk).list())).toContainEqual(expect.stringMatching(/^2 v2 ROLLED_BACK/))
  expect((await act(complete?.id, 'revert')).status).toBe(200)
  expect(states(await controlPlane(sdk).list())).toContainEqual(expect.stringMatching(/^1 v1 REVERTED/))
})

it('what was completed meanwhile is not reverted by a click on stop', async () => {
  const { sdk, clock } = await start()
  const { client } = await createWorld()
  const { url } = await serveConsole(client, { deployments: controlPlane(sdk), actions: true, clock })
  const [running] = await shownAt(url)
  clock.advance(3_600_000)

  const answer = await post(`${url}/deployments`, { id: running?.id, action: 'stop' })

  expect([answer.status, await answer.json()]).toEqual([
    409,
    expect.objectContaining({ message: expect.stringContaining('is COMPLETE meanwhile') }),
  ])
})
