import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import {
  type AppConfigClient,
  type AppConfigOptions,
  createAppConfig,
  type FlagDecision,
  isEnabled,
  layer,
  memory,
  signOverride,
  withConfig,
} from '@appconfig-kit/core'
import { type ManualClock, manualClock } from '@appconfig-kit/core/testing'
import { appConfig, type TenantResolver } from '@appconfig-kit/express'
import {
  type Client,
  ErrorCode,
  type EvaluationContext,
  type Hook,
  InMemoryProvider,
  MultiProvider,
  OpenFeature,
  ProviderEvents,
} from '@openfeature/server-sdk'
import express from 'express'
import { afterAll, afterEach, expect, it } from 'vitest'
import { appConfigProvider, requestContext } from '../src/index.ts'

const VARIANTS = {
  checkout: {
    _variants: [
      { name: 'staff', enabled: true, rule: '(eq $role "staff")', attributeValues: { limit: 9 } },
      { name: 'other', enabled: true, rule: '(eq $tenantId "b")', attributeValues: { limit: 5 } },
      { name: 'control', enabled: true, attributeValues: { limit: 3 } },
    ],
  },
}

const cleanUps: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
})
afterAll(() => OpenFeature.close())

let domains = 0

async function start(
  documents: Record<string, object>,
  {
    asyncContext = true,
    tenant,
    overrides,
  }: { asyncContext?: boolean; tenant?: string | null } & Pick<AppConfigOptions, 'overrides'> = {},
): Promise<{
  client: AppConfigClient
  flags: Client
  source: ReturnType<typeof memory>
  clock: ManualClock
}> {
  const [source, clock] = [memory(documents), manualClock()]
  const client = createAppConfig({
    application: 'api',
    environment: 'prod-01',
    layers: ['default', (t) => layer(`of-${t.id}`, { optional: true })],
    source,
    clock,
    asyncContext,
    logger: false,
    ...(overrides && { overrides }),
  })
  cleanUps.push(() => client.close())
  const domain = `provider ${++domains}`
  const provider = appConfigProvider(client, tenant === undefined ? {} : { tenant })
  await OpenFeature.setProviderAndWait(domain, provider)
  cleanUps.push(() => provider.onClose())
  return { client, flags: OpenFeature.getClient(domain), source, clock }
}

const byHeader: TenantResolver = (req) => String(req.headers['x-tenant'])

async function serve(client: AppConfigClient, handle: (req: express.Request) => Promise<unknown>) {
  const app = express()
  app.use(appConfig({ client, tenant: byHeader }))
  app.get('/', async (req, res) => void res.json(await handle(req)))
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  cleanUps.push(async () => server.close())
  const { port } = server.address() as AddressInfo
  return async (tenant: string, headers: Record<string, string> = {}) =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-tenant': tenant, ...headers } })).json()
}

it("flags are those of the request's tenant, whatever an evaluation context says", async () => {
  const { client, flags } = await start({ default: { a: false }, 'of-a': { a: true }, 'of-b': {} })
  const forged: EvaluationContext = { targetingKey: 'a', tenant: 'a', tenantId: 'a', tier: 'a' }
  const get = await serve(client, () => flags.getBooleanValue('a', false, forged))

  expect([await get('b'), await get('a')]).toEqual([false, true])
})

it('a context adds to the request, and can not say who the tenant is', async () => {
  const { client, flags } = await start({ default: VARIANTS })
  const get = await serve(client, async () => {
    const forged = await flags.getNumberDetails('checkout.limit', 0, { tenantId: 'b' })
    const staff = await flags.getNumberDetails('checkout.limit', 0, { role: 'staff' })
    return [forged, staff].map(({ value, variant, reason }) => [value, variant, reason])
  })

  expect(await get('a')).toEqual([
    [3, 'control', 'DEFAULT'],
    [9, 'staff', 'TARGETING_MATCH'],
  ])
  expect(await get('b')).toEqual([
    [5, 'other', 'TARGETING_MATCH'],
    [9, 'staff', 'TARGETING_MATCH'],
  ])
})

it('without async context, a request is given by requestContext', async () => {
  const { client, flags } = await start(
    { default: { a: false }, 'of-a': { a: true } },
    { asyncContext: false },
  )
  const get = await serve(client, async (req) => [
    await flags.getBooleanValue('a', false, requestContext(req)),
    (await flags.getBooleanDetails('a', false)).errorCode,
  ])

  expect(await get('a')).toEqual([true, ErrorCode.GENERAL])
})

it('a request keeps its value across a deployment, and tenants never mix', async () => {
  const { client, flags, source, clock } = await start({
    default: { name: 'none' },
    'of-a': { name: 'a1' },
    'of-b': { name: 'b1' },
  })
  let release = (): void => {}
  const deployed = new Promise<void>((resolve) => {
    release = resolve
  })
  let waiting = 0
  const get = await serve(client, async () => {
    const before = await flags.getStringValue('name', 'x')
    waiting++
    await deployed
    return [before, await flags.getStringValue('name', 'x')]
  })
  const first = Promise.all([get('a'), get('b'), get('a')])
  while (waiting < 3) await new Promise((resolve) => setImmediate(resolve))
  source.publish('of-a', { name: 'a2' })
  source.publish('of-b', { name: 'b2' })
  clock.advance(100_000)
  while (client.inspect('b').layers.at(-1)?.version === undefined) await Promise.resolve()
  await new Promise((resolve) => setImmediate(resolve))
  release()

  expect(await first).toEqual([
    ['a1', 'a1'],
    ['b1', 'b1'],
    ['a1', 'a1'],
  ])
  expect(await Promise.all([get('b'), get('a')])).toEqual([
    ['b2', 'b2'],
    ['a2', 'a2'],
  ])
})

it('a flag that is off is false, whatever the default', async () => {
  const { flags } = await start({ default: { a: { enabled: false, value: true } } }, { tenant: null })

  expect(await flags.getBooleanDetails('a', true)).toMatchObject({ value: false, reason: 'DISABLED' })
  expect(await flags.getBooleanValue('a.isShown', true)).toBe(false)
  expect(await flags.getNumberDetails('a.limit', 7)).toMatchObject({ value: 7, reason: 'DISABLED' })
})

it('says which version of which layer it was, and when that is old', async () => {
  const { flags, source, clock } = await start({ default: { a: true }, 'of-a': { b: true } }, { tenant: 'a' })

  const flagMetadata = {
    flagSetId: 'api/prod-01/of-a',
    layer: 'of-a',
    version: expect.stringMatching(/^[0-9a-f]{12}$/),
  }
  expect(await flags.getBooleanDetails('b', false)).toMatchObject({ reason: 'STATIC', flagMetadata })
  expect(await flags.getBooleanDetails('a', false)).toMatchObject({ flagMetadata: { layer: 'default' } })
  const stale = new Promise((resolve) => flags.addHandler(ProviderEvents.Stale, resolve))
  source.failWith(new Error('gone'))
  clock.advance(66_001)
  await stale
  await new Promise((resolve) => setImmediate(resolve))
  expect(await flags.getBooleanDetails('a', false)).toMatchObject({ value: true, reason: 'STALE' })
})

it('jobs ask inside withConfig; outside of everything is an error', async () => {
  const { client, flags } = await start({ default: { a: true } })
  const config = await client.resolve('a')

  expect(await withConfig(config as object, () => flags.getBooleanValue('a', false))).toBe(true)
  expect(await flags.getBooleanDetails('a', false)).toMatchObject({
    value: false,
    errorCode: ErrorCode.GENERAL,
  })
})

it("a request of another client's has no flags here", async () => {
  const [one, other] = [await start({ default: { a: true } }), await start({ default: { a: true } })]
  const get = await serve(one.client, async () => [
    (await one.flags.getBooleanDetails('a', false)).value,
    (await other.flags.getBooleanDetails('a', false)).errorCode,
  ])

  expect(await get('a')).toEqual([true, ErrorCode.GENERAL])
})

it('stands first in a MultiProvider, with hooks in their order', async () => {
  const { client } = await start({ default: { a: true } })
  const order: string[] = []
  const hook = (name: string): Hook => ({
    before: () => void order.push(`before ${name}`),
    after: () => void order.push(`after ${name}`),
  })
  const rest = new InMemoryProvider({
    old: { variants: { on: true }, defaultVariant: 'on', disabled: false },
  })
  const multi = new MultiProvider([
    { provider: appConfigProvider(client, { tenant: null }) },
    { provider: rest },
  ])
  await OpenFeature.setProviderAndWait('multi', multi)
  const flags = OpenFeature.getClient('multi').addHooks(hook('client'))

  const hooks = [hook('invocation')]
  expect(await flags.getBooleanDetails('a', false, {}, { hooks })).toMatchObject({ value: true })
  expect(await flags.getBooleanValue('old', false)).toBe(true)
  expect(order.slice(0, 4)).toEqual([
    'before client',
    'before invocation',
    'after invocation',
    'after client',
  ])
})

it('after it is closed, no listener of it is left', async () => {
  const { client } = await start({ default: { a: true } })
  let listeners = 0
  const counting: AppConfigClient = {
    ...client,
    on(name, listener) {
      const off = client.on(name, listener)
      listeners++
      return () => {
        listeners--
        off()
      }
    },
  }
  const provider = appConfigProvider(counting)
  await provider.initialize()
  const during = listeners
  await provider.initialize()
  expect([during, listeners]).toEqual([3, 3])
  await provider.onClose()
  await provider.onClose()
  expect(listeners).toBe(0)
})

it('a question is the one decision of its request, with the reason that OpenFeature gets', async () => {
  const { client, flags } = await start({ default: { ...VARIANTS, name: 'a text' } })
  const told: FlagDecision[] = []
  client.on('decision', (decision) => told.push(decision))
  const get = await serve(client, async (req) => {
    const { reason } = await flags.getNumberDetails('checkout.limit', 0)
    await flags.getBooleanValue('checkout', false, { role: 'staff' })
    isEnabled(req.config, 'checkout' as never)
    await flags.getStringValue('name', '')
    await flags.getStringValue('missing', '')
    return reason
  })

  expect(await get('b')).toBe('TARGETING_MATCH')
  expect(told.map(({ flag, reason, variant, enabled }) => [flag, reason, variant, enabled])).toEqual([
    ['checkout', 'targeting_match', 'other', true],
    ['name', 'static', undefined, undefined],
    ['missing', 'error', undefined, undefined],
  ])
})

it('a question outside of requests is a decision of its own', async () => {
  const { client, flags } = await start({ default: VARIANTS }, { tenant: 'b' })
  const told: FlagDecision[] = []
  client.on('decision', (decision) => told.push(decision))

  for (let times = 0; times < 2; times++) await flags.getBooleanValue('checkout', false)

  expect(told.map(({ variant }) => variant)).toEqual(['other', 'other'])
})

it('a tester’s override is told as such', async () => {
  const key = 'k'.repeat(32)
  const { client, flags } = await start(
    { default: VARIANTS },
    { overrides: { keys: key, flags: ['checkout'] } },
  )
  const flagsOverridden = { checkout: 'staff' }
  const override = signOverride({
    key,
    tenant: 'a',
    flags: flagsOverridden,
    validForSeconds: 60,
    clock: client.clock,
  })
  const get = await serve(client, async () => {
    const { reason, variant, flagMetadata } = await flags.getNumberDetails('checkout.limit', 0)
    return { reason, variant, flagMetadata }
  })

  expect(await get('a', { 'x-appconfig-override': override })).toEqual({
    reason: 'TARGETING_MATCH',
    variant: 'staff',
    flagMetadata: { layer: 'override' },
  })
})
