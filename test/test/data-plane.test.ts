import { createAppConfig, direct, layer } from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  APPLICATION,
  ENVIRONMENT,
  polled,
  record,
  sdkClient,
  startWorld,
  until,
  type World,
} from '../src/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const START = 'StartConfigurationSession'
const GET = 'GetLatestConfiguration'

function clientOf(options: Partial<Parameters<typeof createAppConfig>[0]> = {}) {
  return createAppConfig({
    application: APPLICATION,
    environment: ENVIRONMENT,
    layers: ['default', (t) => layer(t.id, { optional: true })],
    source: world.source,
    clock: world.clock,
    ...options,
  })
}

/** The token of a call to GetLatestConfiguration, as it was sent. */
const tokenOf = (call: { rawQuery: string }) => new URLSearchParams(call.rawQuery).get('configuration_token')

describe('the AWS SDK against the local AppConfig', () => {
  it('is the real thing: its own user agent, signed for appconfig, a token that needs encoding', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    await client.start()

    const [call] = world.local.calls.of(GET)
    expect(call?.headers['user-agent']).toMatch(/aws-sdk-js/)
    expect(call?.headers['authorization']).toMatch(
      /Credential=test\/\d{8}\/us-east-1\/appconfig\/aws4_request/,
    )
    const token = call && tokenOf(call)
    expect(token).toMatch(/\+/)
    expect(token).toMatch(/\//)
    expect(token).toMatch(/=/)
    expect(call?.rawQuery).toContain(encodeURIComponent(token as string))
    await client.close()
  })
})

describe('sessions', () => {
  it('are one for each document, however many wait; polled once an interval, never earlier', async () => {
    await world.deploy('default', { a: 1 })
    await world.deploy('tenant-01', { b: 1 })
    const client = clientOf()
    const cold = await Promise.all(Array.from({ length: 20 }, () => client.resolve('tenant-01')))
    expect(new Set(cold).size).toBe(1)
    expect(cold[0]).toEqual({ a: 1, b: 1 })
    expect(world.local.calls.of(START)).toHaveLength(2)
    expect(world.local.calls.of(GET)).toHaveLength(2)

    await world.deploy('default', { a: 2 })
    world.local.calls.clear()
    world.clock.advance(60_000 - 1)
    await Promise.all(Array.from({ length: 20 }, () => client.resolve('tenant-01')))
    expect(world.local.calls).toHaveLength(0)

    world.clock.advance(6_001)
    await Promise.all(Array.from({ length: 20 }, () => client.resolve('tenant-01')))
    await until(() => (client.peek('tenant-01') as { a: number }).a === 2)
    await until(() => world.local.calls.every(({ status }) => status !== undefined))
    expect(world.local.calls.map(({ operation }) => operation)).toEqual([GET, GET])
    await client.close()
  })

  it('are one for a document that many cold tenants share, and isKnownTenant is asked once for each', async () => {
    await world.deploy('default', { a: 1 })
    const asked: string[] = []
    const client = clientOf({
      layers: ['default', layer('default', { environment: 'prod-ops', optional: true })],
      isKnownTenant: async ({ id }) => asked.push(id) > 0,
    })
    const tenants = Array.from({ length: 20 }, (_, at) => `tenant-${at}`)
    await Promise.all([...tenants, ...tenants].map((id) => client.resolve(id)))
    expect(world.local.calls.of(START)).toHaveLength(2)
    expect(world.local.calls.of(GET)).toHaveLength(1)
    expect(asked.sort()).toEqual(tenants.sort())
    await client.close()
  })

  it('never send a token again that got its 200', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    const tokens: (string | null)[] = []
    await client.start()
    for (let poll = 1; poll <= 10; poll++) {
      if (poll % 3 === 0) await world.deploy('default', { a: poll })
      world.passInterval()
      await polled(client, world)
    }
    for (const call of world.local.calls.of(GET)) tokens.push(tokenOf(call))
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(tokens).toHaveLength(11)
    expect(world.local.calls.of(START)).toHaveLength(1)
    await client.close()
  })

  it.each([503, 500, 429])('send the same token again after a %i, only when next due', async (status) => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    const events = record(client)
    await client.start()
    world.local.calls.clear()
    world.local.faults.add({ operation: GET, status, times: 1 })
    world.passInterval()
    await until(() => events.failure.length === 1)
    world.clock.advance(59_999)
    expect(world.local.calls.of(GET)).toHaveLength(1)
    // Backing off: the interval, half of that in jitter, and the scheduler's tenth.
    world.clock.advance(60_000)
    await until(() => events.recovered.length === 1)
    const [failed, retried] = world.local.calls.of(GET)
    expect(failed?.status).toBe(status)
    expect(tokenOf(retried as never)).toBe(tokenOf(failed as never))
    expect(world.local.calls.of(START)).toHaveLength(0)
    await client.close()
  })

  it('back off: the longer it fails, the longer they wait', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    const events = record(client)
    await client.start()
    world.local.faults.add({ operation: GET, status: 429 })
    world.local.calls.clear()
    for (let failures = 1; failures <= 5; failures++) {
      // To the second the next one is due: what it answers is waited for before time goes on.
      while (world.local.calls.of(GET).length < failures) {
        world.clock.advance(1000)
        await new Promise((resolve) => setTimeout(resolve))
      }
      await until(() => events.failure.length === failures)
    }
    const waits = world.local.calls.of(GET).map(({ atMs }, at, all) => atMs - (all[at - 1]?.atMs ?? atMs))
    for (const [at, wait] of waits.slice(1).entries())
      expect(wait).toBeGreaterThanOrEqual(60_000 * Math.min(2 ** at, 10))
    await client.close()
  })

  it.each(['Expired', 'Corrupted'] as const)(
    'that are lost (%s) are opened anew, once, at once',
    async (problem) => {
      await world.deploy('default', { a: 1 })
      const client = clientOf({ layers: ['default'] })
      const events = record(client)
      await client.start()
      await world.deploy('default', { a: 2 })
      world.local.calls.clear()
      world.local.faults.add({ operation: GET, problem, times: 1 })
      world.passInterval()
      await until(() => (client.peek() as { a: number }).a === 2)
      expect(world.local.calls.map(({ operation }) => operation)).toEqual([GET, START, GET])
      expect(events.failure).toEqual([])
      await client.close()
    },
  )

  it('that stay lost are not opened in a loop', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    const events = record(client)
    await client.start()
    world.local.calls.clear()
    world.local.faults.add({ operation: GET, problem: 'Corrupted' })
    world.passInterval()
    await until(() => events.failure.length === 1)
    expect(world.local.calls.map(({ operation }) => operation)).toEqual([GET, START, GET])
    expect(client.peek()).toEqual({ a: 1 })
    await client.close()
  })

  it('that were polled too early wait, and nobody is told of a failure', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    const events = record(client)
    await client.start()
    world.local.faults.add({ operation: GET, problem: 'PollIntervalNotSatisfied', times: 1 })
    world.passInterval()
    await polled(client, world)
    await world.deploy('default', { a: 2 })
    world.passInterval()
    await polled(client, world)
    expect(client.peek()).toEqual({ a: 2 })
    expect(events.failure).toEqual([])
    expect(world.local.calls.of(START)).toHaveLength(1)
    await client.close()
  })

  it('that are too early before their first answer have failed: a layer is not absent for that', async () => {
    await world.deploy('default', { exports: true })
    await world.deploy('tenant-01', { exports: false })
    const client = clientOf()
    const events = record(client)
    await client.start()
    world.local.faults.add({ operation: GET, problem: 'PollIntervalNotSatisfied', times: 1 })
    await expect(client.resolve('tenant-01')).rejects.toMatchObject({ code: 'CONFIG_UNAVAILABLE' })
    expect(events.failure).toMatchObject([{ error: { code: 'SOURCE_FAILED' } }])
    world.passInterval()
    await until(() => events.recovered.length === 1)
    expect(await client.resolve('tenant-01')).toEqual({ exports: false })
    await client.close()
  })

  it('of many tenants that are lost at once keep no cold tenant waiting', async () => {
    const ids = Array.from({ length: 60 }, (_, at) => `tenant-${at}`)
    for (const id of [...ids, 'tenant-cold']) await world.deploy(`own-${id}`, { id })
    await world.deploy('default', {})
    const client = clientOf({
      layers: ['default', (t) => `own-${t.id}`],
      maxNewTenantsPerSecond: 1000,
      maxRequestsPerSecond: 1000,
    })
    for (const id of ids) await client.resolve(id)
    // Every session is lost at its next poll; five a second are opened anew.
    world.local.faults.add({ operation: GET, problem: 'Corrupted', times: ids.length + 1 })
    world.local.calls.clear()
    world.passInterval()
    await until(() => world.local.calls.of(GET).length > ids.length)
    await until(() => world.local.calls.every(({ status }) => status !== undefined))
    // The clock stands still: nobody else's turn comes.
    expect(await client.resolve('tenant-cold')).toEqual({ id: 'tenant-cold' })
    expect(world.local.calls.of(START).length).toBeLessThan(10)
    for (const id of ids) expect(client.peek(id)).toEqual({ id })
    // In the end all are, one after the other.
    for (let second = 0; second < 150; second++) {
      world.clock.advance(1000)
      await new Promise((resolve) => setImmediate(resolve))
      await until(() => world.local.calls.every(({ status }) => status !== undefined))
    }
    expect(client.health().status).toBe('ok')
    const atMs = world.local.calls.of(START).map((call) => call.atMs)
    const inOneSecond = atMs.map((from) => atMs.filter((at) => at >= from && at < from + 1000).length)
    expect(Math.max(...inOneSecond)).toBeLessThan(15)
    await client.close()
  })

  it('are not asked for once the client was closed, lost ones neither', async () => {
    await world.deploy('default', {})
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await world.deploy(`own-${id}`, { id })
    const client = clientOf({ layers: ['default', (t) => `own-${t.id}`] })
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) await client.resolve(id)
    world.local.faults.add({ operation: GET, problem: 'Expired', times: 9 })
    world.passInterval()
    await until(() => world.local.calls.every(({ status }) => status !== undefined))
    await client.close()
    world.local.calls.clear()
    world.clock.advance(3_600_000)
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(world.local.calls).toHaveLength(0)
  })

  it('are opened anew before their day is over, and keep what they had', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: [layer('default', { pollIntervalSeconds: 3600 })] })
    const events = record(client)
    await client.start()
    for (let hour = 0; hour < 25; hour++) {
      world.passInterval(3600)
      await polled(client, world)
    }
    const [first, second] = world.local.calls.of(START)
    expect(world.local.calls.of(START)).toHaveLength(2)
    expect((second?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThan(24.5 * 3_600_000)
    expect(world.local.calls.filter(({ status }) => status !== 200 && status !== 201)).toEqual([])
    expect(events.failure).toEqual([])
    await client.close()
  })

  it('ask for the interval wanted, and obey the one given', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: [layer('default', { pollIntervalSeconds: 15 })] })
    await client.start()
    world.clock.advance(14_999)
    expect(world.local.calls.of(GET)).toHaveLength(1)
    const called = world.local.calls.next(GET)
    world.clock.advance(1_502)
    await called
    await client.close()
  })

  it('take {} for a content and an empty body for none', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ layers: ['default'] })
    await client.start()
    world.passInterval()
    await polled(client, world)
    expect(client.peek()).toEqual({ a: 1 })
    await world.deploy('default', {})
    world.passInterval()
    await polled(client, world)
    expect(client.peek()).toEqual({})
    await client.close()
  })

  it('leave the SDK’s retries out, of a client of the user’s own too, and leave that client as it was', async () => {
    await world.deploy('default', { a: 1 })
    const own = sdkClient(world.local.url, 5)
    const client = clientOf({ layers: ['default'], source: direct({ client: own }) })
    const events = record(client)
    await client.start()
    world.local.calls.clear()
    world.local.faults.add({ operation: GET, status: 500, times: 1 })
    world.passInterval()
    await until(() => events.failure.length === 1)
    expect(world.local.calls.of(GET)).toHaveLength(1)
    expect(await own.config.maxAttempts()).toBe(5)
    expect(own.middlewareStack.identify().join()).toContain('retryMiddleware')
    await client.close()
    own.destroy()
  })
})

describe('a document that is not there', () => {
  it('is an absent layer when optional, and looked for again later', async () => {
    await world.deploy('default', { a: 1 })
    const client = clientOf({ missingRecheckSeconds: 120 })
    expect(await client.resolve('tenant-01')).toEqual({ a: 1 })
    await world.deploy('tenant-01', { b: 1 })
    world.local.calls.clear()
    world.clock.advance(119_999)
    expect(world.local.calls.of(START)).toHaveLength(0)
    const called = world.local.calls.next(GET)
    world.clock.advance(12_002)
    await until(() => world.local.calls.of(START).length === 1)
    await called
    await until(() => client.peek('tenant-01') !== undefined && 'b' in (client.peek('tenant-01') as object))
    await client.close()
  })

  it.each(['not-found', 'empty'] as const)(
    'is the same where nothing is deployed yet (%s)',
    async (beforeFirstDeployment) => {
      await world.close()
      world = await startWorld({ beforeFirstDeployment })
      await world.deploy('default', { a: 1 })
      // The profile exists, deployed elsewhere only.
      await world.deploy('tenant-01', { b: 1 }, { environment: 'prod-02' })
      const client = clientOf()
      expect(await client.resolve('tenant-01')).toEqual({ a: 1 })
      expect(client.health().tenantDocuments).toEqual({ absent: 1 })
      await client.close()
    },
  )
})
