import { expect, it } from 'vitest'
import { API, open, poll, start } from './start.ts'

it('records what the SDK sent, about what, when and how it was answered', async () => {
  const { local, data, clock } = await start()
  await local.deploy({ ...API, content: 'one' })

  await poll(data, await open(data))

  expect(local.calls.map(({ operation, status, target }) => ({ operation, status, target }))).toEqual([
    { operation: 'StartConfigurationSession', status: 201, target: API },
    { operation: 'GetLatestConfiguration', status: 200, target: API },
  ])
  const [call] = local.calls.of('GetLatestConfiguration')
  expect(call).toMatchObject({ method: 'GET', path: '/configuration', atMs: clock.now() })
  expect(call?.rawQuery).toMatch(/^configuration_token=.*%2B.*%3D$/)
  expect(call?.headers['user-agent']).toMatch(/aws-sdk-js/)
  expect(call?.headers['authorization']).toMatch(/\/us-east-1\/appconfig\/aws4_request/)
})

it('tells of the next call of an operation', async () => {
  const { local, data } = await start()
  await local.deploy({ ...API, content: 'one' })
  const next = local.calls.next('GetLatestConfiguration')

  await poll(data, await open(data))

  expect((await next).status).toBe(200)
})

it('forgets when cleared', async () => {
  const { local, data } = await start()
  await local.deploy({ ...API, content: 'one' })
  await open(data)

  local.calls.clear()

  expect(local.calls).toEqual([])
})
