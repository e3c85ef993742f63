/**
 * What is peculiar to Koa; what every adapter owes stands in the contract.
 *
 * @module
 */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAppConfig, memory } from '@appconfig-kit/core'
import Router from '@koa/router'
import Koa, { type Middleware } from 'koa'
import { afterEach, expect, it } from 'vitest'
import { appConfig, flagged, requireFlag } from '../src/index.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

it('puts one object on ctx.config and on ctx.req.config', async () => {
  const get = await serve(configured({ limit: 3 }), (ctx) => {
    ctx.body = { same: (ctx.req as { config?: unknown }).config === ctx.config, limit: ctx.config['limit'] }
  })

  const { body } = await get('/')

  expect(JSON.parse(body)).toEqual({ same: true, limit: 3 })
})

it('gives resolvers the context', async () => {
  const middleware = configured({ limit: 3 }, { tenant: (ctx) => ctx.get('x-tenant') })
  const get = await serve(middleware, (ctx) => {
    ctx.body = ctx.config
  })

  const { status, body } = await get('/', { 'x-tenant': 'not/an/id' })

  expect(status).toBe(400)
  expect(body).toContain('TENANT_ID_INVALID')
})

it('keeps the first configuration when it is mounted again', async () => {
  const client = createAppConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: { n: 1 } }),
  })
  closing.push(() => client.close())
  const seen: unknown[] = []
  const get = await serve(
    appConfig({ client }),
    async (ctx, next) => {
      seen.push(ctx.config)
      await next()
    },
    appConfig({ client }),
    (ctx) => {
      seen.push(ctx.config)
      ctx.status = 204
    },
  )

  await get('/')

  expect(seen[1]).toBe(seen[0])
})

it('composes lists, and goes on behind both sides', async () => {
  const trail = (name: string): Middleware =>
    async function trailMiddleware(ctx, next) {
      ctx.state['trail'] = [...((ctx.state['trail'] as string[] | undefined) ?? []), name]
      await next()
    }
  const router = new Router()
  router.get('/on', flagged('on', trail('old'), [trail('new 1'), [trail('new 2')]]), trail('after'))
  router.get('/off', flagged('off', { old: [trail('old')], new: trail('new') }), trail('after'))
  const get = await serve(
    configured({ on: true, off: false }),
    async (ctx, next) => {
      await next()
      ctx.body = ctx.state['trail']
    },
    router.routes() as Middleware,
  )

  expect(JSON.parse((await get('/on')).body)).toEqual(['new 1', 'new 2', 'after'])
  expect(JSON.parse((await get('/off')).body)).toEqual(['old', 'after'])
})

it('gates a router, and does not tell what is behind it', async () => {
  const beta = new Router()
  beta.get('/beta/thing', (ctx) => {
    ctx.body = 'beta'
  })
  const router = new Router()
  router.use('/beta', requireFlag('beta') as never, beta.routes())
  const get = await serve(configured({ beta: false }), router.routes() as Middleware)

  expect(await get('/beta/thing')).toEqual(await get('/no/such/thing'))
})

it.each([[undefined], [[]], ['handler'], [[() => {}, null]]])('refuses %j as a handler at once', (wrong) => {
  expect(() => flagged('on', () => {}, wrong as never)).toThrow(
    expect.objectContaining({ code: 'OPTIONS_INVALID' }),
  )
})

function configured(
  document: object,
  options: Partial<Parameters<typeof appConfig>[0]> = {},
): ReturnType<typeof appConfig> {
  const middleware = appConfig({
    application: 'api',
    environment: 'prod',
    layers: ['default'],
    source: memory({ default: document }),
    ...options,
  })
  closing.push(() => middleware.close())
  return middleware
}

/** A real server; answers a function that asks it. */
async function serve(
  ...middleware: Middleware[]
): Promise<(path: string, headers?: Record<string, string>) => Promise<{ status: number; body: string }>> {
  const app = new Koa()
  app.silent = true
  for (const one of middleware) app.use(one)
  const server = app.listen(0)
  await once(server, 'listening')
  closing.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return async (path, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers })
    return { status: response.status, body: await response.text() }
  }
}

it('refuses a gate that was given its handler', () => {
  const handler: Middleware = () => {}
  // @ts-expect-error handlers stand behind a gate
  expect(() => requireFlag('beta', handler)).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
})
