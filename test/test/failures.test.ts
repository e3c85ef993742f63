/** AppConfig in trouble, in every way it can be: nobody who can be served is not. */
import { createAppConfig, isEnabled, layer } from '@appconfig-kit/core'
import type { Fault } from '@appconfig-kit/local'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { APPLICATION, ENVIRONMENT, record, startWorld, until, type World } from '../src/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

const schema = z.looseObject({ temperature: z.number() })

interface Trouble {
  readonly fault: Omit<Fault, 'operation'>
  /** How it is told of. */
  readonly event: 'failure' | 'rejected'
  readonly code: string
}

const TROUBLES: Record<string, Trouble> = {
  'answers 503': { fault: { status: 503 }, event: 'failure', code: 'SOURCE_FAILED' },
  'answers 500': { fault: { status: 500 }, event: 'failure', code: 'SOURCE_FAILED' },
  'throttles (429)': { fault: { status: 429 }, event: 'failure', code: 'SOURCE_THROTTLED' },
  'refuses (403)': {
    fault: { status: 403, errorType: 'AccessDeniedException' },
    event: 'failure',
    code: 'SOURCE_DENIED',
  },
  'drops the connection': { fault: { drop: true }, event: 'failure', code: 'SOURCE_FAILED' },
  'ends in the middle of a body': { fault: { truncate: true }, event: 'failure', code: 'SOURCE_FAILED' },
  'never answers': { fault: { hang: true }, event: 'failure', code: 'SOURCE_FAILED' },
  'serves garbage': { fault: { body: '{"temperature": 0.' }, event: 'rejected', code: 'DOCUMENT_INVALID' },
  'serves far too much': {
    fault: { body: `"${'x'.repeat(20_000)}"` },
    event: 'rejected',
    code: 'DOCUMENT_TOO_LARGE',
  },
  'serves text': { fault: { body: '"just text"' }, event: 'rejected', code: 'DOCUMENT_INVALID' },
  'serves what the schema refuses': {
    fault: { body: '{"temperature":"hot"}' },
    event: 'rejected',
    code: 'CONFIG_INVALID',
  },
}

describe.each(Object.entries(TROUBLES))('while AppConfig %s', (_, { fault, event, code }) => {
  it('warm, cold and evicted tenants are served the last known good; recovery is noticed', async () => {
    await world.deploy('default', { temperature: 0.5 })
    await world.deploy('tenants', { 'tenant-01': { featureA: true }, 'tenant-02': { featureB: true } })
    await world.deploy('own-tenant-03', { featureC: true })
    const shared = {
      application: APPLICATION,
      environment: ENVIRONMENT,
      source: fault.hang ? world.impatientSource : world.source,
      clock: world.clock,
      schema,
    }
    const client = createAppConfig({
      ...shared,
      layers: ['default', layer('tenants', { section: (t) => t.id, optional: true })],
      maxDocumentBytes: 10_000,
    })
    const withOwn = createAppConfig({
      ...shared,
      layers: ['default', (t) => layer(`own-${t.id}`, { optional: true })],
      maxTenants: 1,
      maxDocumentBytes: 10_000,
    })
    const events = record(client)
    await client.resolve('tenant-01')
    await withOwn.resolve('tenant-03')
    await withOwn.resolve('tenant-04')

    const mend = world.local.faults.add({
      ...fault,
      target: { profile: fault.body === undefined ? undefined : 'default' },
    })
    await world.deploy('default', { temperature: 0.7 })
    world.passInterval()
    await until(() => events[event].some(({ document }) => document.profile === 'default'))

    expect(client.peek('tenant-01')).toEqual({ temperature: 0.5, featureA: true })
    expect(await client.resolve('tenant-02')).toEqual({ temperature: 0.5, featureB: true })
    expect(withOwn.peek('tenant-03')).toBeUndefined()
    expect(await withOwn.resolve('tenant-03')).toEqual({ temperature: 0.5, featureC: true })

    const told = events[event].find(({ document }) => document.profile === 'default')
    expect(told).toMatchObject({
      error: { code },
      document: { application: APPLICATION, environment: ENVIRONMENT },
    })
    expect(told && 'error' in told && told.error.message).not.toContain('hot')
    expect(client.health().status).toBe('degraded')
    expect(client.health().documents.find(({ profile }) => profile === 'default')).toMatchObject({
      lastError: { code },
    })

    mend()
    // Again and again: a poll that was under way may fail after the first time, and be repeated later.
    await until(() => {
      world.passInterval()
      return client.health().status === 'ok'
    })
    expect(await client.resolve('tenant-01')).toEqual({ temperature: 0.7, featureA: true })
    expect(events.recovered.length).toBeGreaterThan(0)
    await Promise.all([client.close(), withOwn.close()])
  })
})

describe('a base that is invalid for one tenant', () => {
  it('leaves the others on the new one, and does not hold back an ops switch thrown after it', async () => {
    const strict = z.looseObject({ min: z.number(), max: z.number() }).refine(({ min, max }) => min <= max)
    const ops = { environment: 'prod-01-ops' }
    await world.deploy('default', { min: 1, max: 10, search: true })
    await world.deploy('tenants', { 'tenant-02': { max: 5 } })
    await world.deploy('ops', {}, ops)
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: [
        'default',
        layer('tenants', { section: (t) => t.id, optional: true }),
        layer('ops', { ...ops, pollIntervalSeconds: 15 }),
      ],
      source: world.source,
      clock: world.clock,
      schema: strict,
    })
    const events = record(client)
    await client.resolve('tenant-01')
    await client.resolve('tenant-02')

    await world.deploy('default', { min: 7, max: 10, search: true }, { strategy: 'AppConfig.AllAtOnce' })
    world.passInterval()
    await until(() => events.rejected.length > 0)
    expect(client.peek('tenant-01')).toMatchObject({ min: 7, max: 10 })
    expect(client.peek('tenant-02')).toMatchObject({ min: 1, max: 5 })
    expect(events.rejected).toMatchObject([{ tenant: 'tenant-02', document: { profile: 'default' } }])

    // `default` is baking: nothing else can be deployed to prod-01, but ops is elsewhere.
    await expect(world.deploy('tenants', {})).rejects.toThrow()
    await world.deploy('ops', { search: false }, ops)
    const seen = events.change.length
    world.passInterval(15)
    await until(() => events.change.length > seen)
    expect(isEnabled(client.peek('tenant-01') as never, 'search')).toBe(false)
    expect(client.peek('tenant-02')).toEqual({ min: 1, max: 5, search: false })
    await client.close()
  })
})

describe('a flag whose schema requires attributes', () => {
  it('is disabled by disabling it', async () => {
    await world.deploy('default', { checkout: { enabled: true, limit: 5 } })
    const client = createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['default'],
      source: world.source,
      clock: world.clock,
      schema: z.looseObject({ checkout: z.object({ enabled: z.boolean(), limit: z.number() }) }),
    })
    await client.start()
    await world.deploy('default', { checkout: { enabled: false } })
    world.passInterval()
    await until(() => !isEnabled(client.peek(), 'checkout'))
    expect(client.health().status).toBe('ok')
    await client.close()
  })
})
