/**
 * What is peculiar to Hono; what every adapter owes stands in the contract.
 *
 * @module
 */
import { createAppConfig, type JsonObject, memory, tenantFromHeader } from '@appconfig-kit/core'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { handle, type LambdaEvent } from 'hono/aws-lambda'
import { afterEach, describe, expect, it } from 'vitest'
import { appConfig, flagged, requireFlag } from '../src/index.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

function clientOf(document: JsonObject, more: object = {}) {
  const source = memory({ default: document })
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source,
    ...more,
  })
  closing.push(() => client.close())
  return client
}

const limit = (c: Context) => c.json({ limit: c.var.config['limit'] })

it('gives resolvers the context, and what the ready-made ones read', async () => {
  const client = clientOf({ limit: 3 })
  const app = new Hono()
  app.use('/own/*', appConfig({ client, tenant: ({ c }) => c.req.query('tenant') }))
  app.use(
    '/header/*',
    appConfig({ client, tenant: tenantFromHeader('X-Tenant', { setByTrustedProxy: true }) }),
  )
  app.get('/:how/limit', limit)

  expect(await (await app.request('/own/limit?tenant=t1')).json()).toEqual({ limit: 3 })
  expect((await app.request('/own/limit?tenant=no/id')).status).toBe(400)
  expect((await app.request('/header/limit', { headers: { 'x-tenant': 't1' } })).status).toBe(200)
  expect((await app.request('/header/limit')).status).toBe(400)
})

it('keeps the first configuration when it is mounted again, also in a sub-application', async () => {
  const client = clientOf({ limit: 3 })
  let asked = 0
  const tenant = () => `t${++asked}`
  const below = new Hono().use(appConfig({ client, tenant })).get('/limit', limit)
  const app = new Hono().use(appConfig({ client, tenant })).route('/below', below)

  expect(await (await app.request('/below/limit')).json()).toEqual({ limit: 3 })
  expect(asked).toBe(1)
})

it('runs lists as Hono does, and goes on behind both sides', async () => {
  const trail: string[] = []
  const note =
    (name: string): MiddlewareHandler =>
    async (_c, next) => {
      trail.push(name)
      await next()
    }
  const app = new Hono().use(appConfig({ client: clientOf({ on: true, off: false }) }))
  app.get('/on', flagged('on', note('old'), [note('new 1'), [note('new 2')]]), (c) => c.text('behind'))
  app.get('/off', flagged('off', { old: [note('old'), (c) => c.text('old')], new: note('new') }))

  expect(await (await app.request('/on')).text()).toBe('behind')
  expect(await (await app.request('/off')).text()).toBe('old')
  expect(trail).toEqual(['new 1', 'new 2', 'old'])
})

it('gates a path, and does not tell what is behind it', async () => {
  const app = new Hono().use(appConfig({ client: clientOf({ beta: false }) }))
  app.use('/beta/*', requireFlag('beta')).get('/beta/thing', (c) => c.text('beta'))

  const [gate, none] = [await app.request('/beta/thing'), await app.request('/no/thing')]
  expect([gate.status, await gate.text()]).toEqual([none.status, await none.text()])
})

it.each([[undefined], [[]], ['handler']])('refuses %j as a handler at once', (wrong) => {
  expect(() => flagged('on', () => {}, wrong as never)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID' }),
  )
})

describe('on Lambda', () => {
  const event = (path: string) =>
    ({
      version: '2.0',
      routeKey: '$default',
      rawPath: path,
      rawQueryString: '',
      headers: { host: 'api', 'x-tenant': 't1' },
      isBase64Encoded: false,
      requestContext: { http: { method: 'GET', path }, domainName: 'api', requestId: '1' },
    }) as unknown as LambdaEvent

  it('answers events of API Gateway, and counts each', async () => {
    const client = clientOf({ limit: 3 }, { telemetry: {} })
    const app = new Hono().use(appConfig({ client, tenant: ({ headers }) => headers['x-tenant'] as string }))
    app.get('/limit', limit)
    app.get('/broken', () => Promise.reject(new RangeError('broken')))
    app.onError((_error, c) => c.text('failed', 500))
    const handler = handle(app)

    expect(await handler(event('/limit'))).toMatchObject({ statusCode: 200, body: '{"limit":3}' })
    expect(await handler(event('/broken'))).toMatchObject({ statusCode: 500 })
    const counted = client.usage().filter(({ requests }) => requests > 0)
    expect(counted).toMatchObject([{ requests: 2, failed: 1, aborted: 0 }])
  })

  it('answers 503 with Retry-After without a configuration, and counts that', async () => {
    const source = memory({ default: {} })
    source.failWith(new Error('down'))
    const client = clientOf({}, { source, telemetry: {}, resolveTimeoutMs: 20, logger: false })
    const handler = handle(new Hono().use(appConfig({ client })).get('/limit', limit))

    const { statusCode, headers, body } = await handler(event('/limit'))

    expect([statusCode, body, Number(headers?.['retry-after']) > 0]).toEqual([503, '', true])
    expect(client.usage()).toMatchObject([{ version: 'none', requests: 1, failed: 1 }])
  })
})
