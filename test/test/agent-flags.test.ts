/** Flags that the Agent chooses the variants of: what it is asked, for whom, and what becomes of its answers. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type AppConfigOptions,
  agent,
  createAppConfig,
  type LayerSpec,
  type RequestContext,
  variantOf,
} from '@appconfig-kit/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { APPLICATION, ENVIRONMENT, record, startWorld, until, type World } from '../src/world.ts'

let world: World
beforeEach(async () => {
  world = await startWorld()
})
afterEach(() => world.close())

describe('the agent source with evaluate', () => {
  const FLAGS = {
    version: '1',
    flags: {},
    values: {
      checkout: {
        _variants: [
          {
            name: 'oneClick',
            enabled: true,
            rule: '(and (eq $tier "gold") (eq $country "DE"))',
            attributeValues: { limit: 10 },
          },
          { name: 'control', enabled: false },
        ],
      },
      plain: { enabled: true },
    },
  }
  const gold = { id: 't-01', tier: 'gold' }
  const clientOf = (layers: LayerSpec[] = ['flags'], options: Partial<AppConfigOptions<undefined>> = {}) =>
    createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers,
      source: agent({ baseUrl: world.local.agentUrl, evaluate: 'agent' }),
      clock: world.clock,
      ...options,
    })
  beforeEach(async () => {
    await world.deploy('flags', FLAGS, { profileType: 'AWS.AppConfig.FeatureFlags' })
  })

  it('gets the variant the Agent chooses for the request, and what a poll brings when it is away', async () => {
    const client = clientOf()
    const events = record(client)
    expect(client.peek(gold)).toBeUndefined()
    const config = await client.resolve(gold, { context: { country: 'DE' } })
    expect(config).toEqual({
      checkout: { _variant: 'oneClick', enabled: true, limit: 10 },
      plain: { enabled: true },
    })
    expect(world.local.calls.at(-1)?.headers['context']).toBe('country=DE,tenantId=t-01,tier=gold')
    expect(variantOf(await client.resolve(gold, { context: { country: 'FR' } }), 'checkout')).toBe('control')

    world.local.faults.add({ status: 502 })
    const without = await client.resolve(gold, { context: { country: 'DE' } })
    expect(without).toEqual({ checkout: { _variant: 'control', enabled: false }, plain: { enabled: true } })
    expect(events.failure).toHaveLength(1)
    await client.close()
  })

  it('gets the defaults where what the Agent chose does not match the schema, which is told', async () => {
    const limited = z.looseObject({ checkout: z.looseObject({ limit: z.number().max(5).optional() }) })
    const client = clientOf(['flags'], { schema: limited as never })
    const events = record(client)
    const config = await client.resolve(gold, { context: { country: 'DE' } })
    expect(variantOf(config, 'checkout')).toBe('control')
    expect(events.failure).toMatchObject([
      { document: { profile: 'flags' }, error: { code: 'CONFIG_INVALID' } },
    ])
    await client.close()
  })

  it('has the rules of other layers evaluated here', async () => {
    await world.deploy('own', {
      banner: {
        _variants: [
          { name: 'big', enabled: true, rule: '(and (eq $tier "gold") (eq $country "DE"))' },
          { name: 'none', enabled: false },
        ],
      },
    })
    const client = clientOf(['flags', 'own'])
    const context = { country: 'DE' }
    const both = { checkout: { _variant: 'oneClick' }, banner: { _variant: 'big', enabled: true } }
    expect(await client.resolve(gold, { context })).toMatchObject(both)
    world.local.faults.add({ status: 502 })
    const without = await client.resolve(gold, { context })
    expect(without).toMatchObject({ checkout: { _variant: 'control' }, banner: { _variant: 'big' } })
    await client.close()
  })

  it('is asked by name, once for each flag of each request that has variants', async () => {
    await world.deploy(
      'more',
      {
        version: '1',
        flags: {},
        values: { ...FLAGS.values, search: FLAGS.values.checkout, off: FLAGS.values.checkout },
      },
      { profileType: 'AWS.AppConfig.FeatureFlags' },
    )
    await world.deploy('ops', { off: false })
    const client = clientOf(['flags', 'more', 'ops'])
    await client.resolve(gold)
    world.local.calls.clear()
    const config = await client.resolve(gold, { context: { country: 'DE' } })
    // What a layer above has set is not asked for: nobody is shown it.
    expect(world.local.calls.map(({ path, rawQuery }) => [path.split('/').at(-1), rawQuery])).toEqual([
      ['more', 'flag=checkout&flag=search'],
    ])
    const oneClick = { _variant: 'oneClick', enabled: true, limit: 10 }
    expect(config).toEqual({
      checkout: oneClick,
      search: oneClick,
      off: { enabled: false },
      plain: { enabled: true },
    })
    await client.close()
  })

  it('is asked under the entity the context names, else under the tenant’s', async () => {
    const client = clientOf(['flags'], {
      source: agent({
        baseUrl: world.local.agentUrl,
        evaluate: 'agent',
        entityId: ({ id }) => `tenant-${id}`,
      }),
    })
    const entityFor = async (context: RequestContext) => {
      await client.resolve(gold, { context })
      return world.local.calls.filter(({ rawQuery }) => rawQuery.includes('flag=')).at(-1)?.headers[
        'entity-id'
      ]
    }
    expect(await entityFor({})).toBe('tenant-t-01')
    expect(await entityFor({ entityId: undefined })).toBe('tenant-t-01')
    expect(await entityFor({ entityId: 'user-7' })).toBe('user-7')
    expect(world.local.calls.at(-1)?.headers['context']).toContain('entityId=user-7')
    // A user who can't be named must not be taken for the tenant.
    expect(await entityFor({ entityId: 'Zoë' })).toBeUndefined()
    await client.close()
  })

  it.each<[string, RequestContext]>([
    ['a comma', { browser: 'Mozilla/5.0 (X11, Linux)' }],
    ['a letter beyond ASCII', { city: 'São Paulo' }],
    ['a line break', { city: 'DE\r\nX: 1' }],
    ['a space at its end', { city: 'Rome ' }],
    ['a key with a dash', { 'user-id': 'u1' }],
    ['a key that is no word', { 'a b': 'secret' }],
    ['a text too long for rules', { agent: 'x'.repeat(8193) }],
    ['what is no number', { rank: Number.NaN }],
    ['what is no value', { list: ['secret'] as never }],
  ])('is not given %s, which is told once a key', async (_, odd) => {
    const told: string[] = []
    const client = clientOf(['flags'], { logger: { warn: (text) => void told.push(text), info() {} } })
    for (let request = 0; request < 3; request++) {
      const config = await client.resolve(gold, { context: { ...odd, country: 'DE' } })
      expect(variantOf(config, 'checkout')).toBe('oneClick')
      expect(world.local.calls.at(-1)?.headers['context']).toBe('country=DE,tenantId=t-01,tier=gold')
    }
    const [key = '', value] = Object.entries(odd)[0] ?? []
    expect(told).toEqual([expect.stringContaining(`CONTEXT_INVALID: the context ${JSON.stringify(key)}`)])
    expect(told[0]).not.toContain(String(value))
    await client.close()
  })

  it('is not given what has no value', async () => {
    const told: string[] = []
    const client = clientOf(['flags'], { logger: { warn: (text) => void told.push(text), info() {} } })
    const tenant = { ...gold, attributes: { plan: null as never } }
    await client.resolve(tenant, { context: { country: undefined, city: null, tier: undefined, page: 0 } })
    const pairs = String(world.local.calls.at(-1)?.headers['context']).split(',')
    expect(pairs.sort()).toEqual(['page=0', 'tenantId=t-01', 'tier=gold'])
    expect(told).toEqual([])
    await client.close()
  })

  it.each([
    ['who the tenant is', { tier: 'gold' }],
    ['the tenant’s id', { tenantId: 't-02' }],
  ])('refuses a context that holds %s', async (_, context) => {
    const client = clientOf()
    await expect(client.resolve(gold, { context })).rejects.toMatchObject({
      code: 'CONTEXT_INVALID',
      status: 400,
    })
    await client.close()
  })
})

describe('an Agent that serves an experiment', () => {
  const DEFAULT = { _variant: '__default__', enabled: false }
  const document = { basic: DEFAULT, other: { enabled: true } }
  let polled: object
  let answer: unknown
  let asked: (string | undefined)[][]
  let server: Server
  beforeEach(async () => {
    asked = []
    polled = document
    server = createServer((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://agent')
      const flags = searchParams.getAll('flag')
      if (flags.length > 0) asked.push([...flags, request.headers['entity-id'] as string | undefined])
      response.setHeader('content-type', 'application/json')
      response.setHeader('configuration-version', '1')
      response.end(JSON.stringify(flags.length > 0 ? answer : polled))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(() => {
    server.closeAllConnections()
    server.close()
  })
  const clientOf = () =>
    createAppConfig({
      application: APPLICATION,
      environment: ENVIRONMENT,
      layers: ['flags'],
      logger: false,
      clock: world.clock,
      source: agent({
        baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        evaluate: 'agent',
      }),
    })
  const treated = { _variant: '__t1__', enabled: true }

  it.each<[string, unknown]>([
    ['the flag itself', treated],
    ['the flag by its key', { basic: treated }],
  ])('is asked for a basic flag, and may answer with %s', async (_, given) => {
    answer = given
    const client = clientOf()
    const config = await client.resolve(null, { context: { entityId: 'u1' } })
    expect(config).toEqual({ basic: treated, other: { enabled: true } })
    expect(asked).toEqual([['basic', 'u1']])
    await client.close()
  })

  it('is asked from when the experiment begins, which makes no new version', async () => {
    answer = treated
    polled = { ...document, basic: { enabled: false } }
    const client = clientOf()
    const events = record(client)
    expect(await client.resolve(null)).toEqual(polled)
    expect(asked).toEqual([])
    polled = document
    world.passInterval(15)
    await until(() => events.change.length === 2)
    expect(await client.resolve(null)).toMatchObject({ basic: treated })
    // What has not changed is no change.
    world.passInterval(15)
    await client.resolve(null)
    expect(events.change).toHaveLength(2)
    await client.close()
  })

  it.each<[string, unknown]>([
    ['another flag', { other: { enabled: true } }],
    ['a text', 'on'],
    ['no flag', { basic: { color: 'red' } }],
  ])('that answers with %s leaves the request the default', async (_, given) => {
    answer = given
    const client = clientOf()
    const events = record(client)
    expect(await client.resolve(null)).toEqual(document)
    expect(events.failure).toMatchObject([{ error: { code: 'DOCUMENT_INVALID' } }])
    expect(events.failure[0]?.error.message).toContain('the flag basic')
    await client.close()
  })
})
