/**
 * Every adapter, imported: what compiles, and what must not.
 *
 * @module
 */
import * as core from '@appconfig-kit/core'
import * as express from '@appconfig-kit/express'
import * as fastify from '@appconfig-kit/fastify'
import * as hono from '@appconfig-kit/hono'
import * as koa from '@appconfig-kit/koa'
import * as nest from '@appconfig-kit/nestjs'
import { Controller, Get } from '@nestjs/common'
import type { Request, RequestHandler } from 'express'
import type { FastifyInstance, FastifyRequest, RouteHandlerMethod } from 'fastify'
import { type Handler, Hono } from 'hono'
import type { Context, Middleware } from 'koa'
import { expectTypeOf } from 'vitest'
import { z } from 'zod'
import type { MyConfig } from './register.mts'

declare const req: Request
declare const ctx: Context
declare const request: FastifyRequest
declare const app: FastifyInstance
declare const handler: RequestHandler
declare const middleware: Middleware
declare const service: nest.AppConfigService

expectTypeOf(req.config).toEqualTypeOf<MyConfig>()
expectTypeOf(ctx.config).toEqualTypeOf<MyConfig>()
expectTypeOf(request.config).toEqualTypeOf<MyConfig>()
expectTypeOf(app.appConfig).toEqualTypeOf<core.AppConfigClient<MyConfig>>()
expectTypeOf(service.config).toEqualTypeOf<MyConfig>()
expectTypeOf(service.resolve('t1')).resolves.toEqualTypeOf<MyConfig>()
expectTypeOf(core.currentConfig()).toEqualTypeOf<MyConfig>()
expectTypeOf(core.tryCurrentConfig()).toEqualTypeOf<MyConfig | undefined>()
expectTypeOf<core.FlagKey>().toEqualTypeOf<'featureA' | 'checkout' | 'newSearch' | 'pay'>()
// @ts-expect-error configurations are read only
req.config.temperature = 1

core.isEnabled(req.config, 'featureA')
service.isEnabled('checkout')
expectTypeOf(service.get('temperature')).toEqualTypeOf<number>()
expectTypeOf(service.variantOf('pay')).toEqualTypeOf<'control' | 'oneClick' | undefined>()
declare const ownService: nest.AppConfigService<{ size: number; own: boolean }>
expectTypeOf(ownService.get('size')).toEqualTypeOf<number>()
ownService.isEnabled('own')
// @ts-expect-error a key of the registered configuration, but not of this one
ownService.get('temperature')
// @ts-expect-error no key of the configuration
service.get('temprature')
express.flagged('featureA', handler, handler)
express.flagged('checkout', { old: handler, new: [handler] })
express.requireFlag('newSearch', { status: 403 })
koa.flagged('featureA', middleware, [middleware])
express.flagged.variants('pay', { control: handler, oneClick: [handler] })
koa.flagged.variants('pay', { control: middleware, oneClick: middleware })
// @ts-expect-error a variant is missing
express.flagged.variants('pay', { control: handler })
// @ts-expect-error no such variant
koa.flagged.variants('pay', { control: middleware, oneClick: middleware, twoClicks: middleware })
// @ts-expect-error no key of the configuration
express.flagged.variants('payment', { control: handler, oneClick: handler })
koa.requireFlag('checkout')
app.get<{ Params: { id: string } }>(
  '/:id',
  { preHandler: fastify.requireFlag('checkout') },
  fastify.flagged(
    'featureA',
    async ({ params }) => params.id,
    ({ params, config }, reply) => reply.send({ id: params.id.length, at: config.temperature }),
  ),
)
app.get<{ Params: { id: string } }>(
  '/:id',
  fastify.flagged('featureA', {
    // @ts-expect-error no such parameter
    old: async ({ params }) => params.name,
    new: async () => 'new',
  }),
)
app.get('/', fastify.flagged.variants('pay', { control: async () => 1, oneClick: async () => 2 }))
// @ts-expect-error a variant is missing
fastify.flagged.variants('pay', { control: async () => 1 })
// @ts-expect-error a key, but no flag
fastify.requireFlag('model')
declare const route: RouteHandlerMethod
// @ts-expect-error no key of the configuration
fastify.flagged('featureB', route, route)
app.register(fastify.appConfig, { tenant: ({ hostname }) => hostname, hook: 'onRequest' })
// @ts-expect-error no such option
app.register(fastify.appConfig, { tenants: () => 't1' })
const honoApp = new Hono()
declare const honoHandler: Handler
honoApp.use(
  hono.appConfig({ tenant: ({ c }) => c.req.header('x-tenant'), skip: ({ url }) => url === '/ready' }),
)
// @ts-expect-error no such option
hono.appConfig({ tenants: () => 't1' })
honoApp.get(
  '/:id',
  hono.requireFlag('checkout'),
  hono.flagged('featureA', {
    old: (c) => c.text(c.req.path),
    new: (c) => {
      expectTypeOf(c.var.config).toEqualTypeOf<MyConfig>()
      expectTypeOf(c.get('config')).toEqualTypeOf<MyConfig>()
      // @ts-expect-error configurations are read only
      c.var.config.temperature = 1
      return c.json({ at: c.var.config.temperature })
    },
  }),
)
hono.flagged('featureA', honoHandler, [honoHandler, honoHandler])
honoApp.get('/', hono.flagged.variants('pay', { control: (c) => c.text('1'), oneClick: honoHandler }))
// @ts-expect-error a variant is missing
hono.flagged.variants('pay', { control: honoHandler })
// @ts-expect-error a key, but no flag
hono.requireFlag('model')
// @ts-expect-error no key of the configuration
hono.flagged('featureB', honoHandler, honoHandler)
// @ts-expect-error one of the handlers is missing
hono.flagged('featureA', honoHandler)
// @ts-expect-error no key of the configuration
core.isEnabled(req.config, 'featureB')
// @ts-expect-error a key, but no flag
core.isEnabled(req.config, 'temperature')
// @ts-expect-error a key, but no flag
service.isEnabled('model')
// @ts-expect-error no key of the configuration
express.flagged('featureB', handler, handler)
// @ts-expect-error a key, but no flag
express.requireFlag('temperature')
// @ts-expect-error one of the handlers is missing
express.flagged('featureA', handler)
// @ts-expect-error no key of the configuration
koa.flagged('featureB', middleware, middleware)
// @ts-expect-error a key, but no flag
koa.requireFlag('model')

@nest.Flag('checkout')
@Controller()
export class TypedController {
  @Get()
  @nest.Flag('featureA')
  @nest.Flagged('newSearch', { old: 'oldSearch' })
  search(@nest.Config() config: MyConfig, @nest.Config('temperature') temperature: number): string {
    return `${config.model.name} ${temperature}`
  }

  oldSearch(config: MyConfig, temperature: number): Promise<number> {
    return Promise.resolve(config.temperature + temperature)
  }

  // @ts-expect-error no key of the configuration
  @nest.Flag('featureB')
  gated(): void {}

  // @ts-expect-error a key, but no flag
  @nest.Flagged('temperature', { old: 'oldSearch' })
  notAFlag(_config: MyConfig, _temperature: number): void {}

  // @ts-expect-error there is no such method
  @nest.Flagged('featureA', { old: 'missing' })
  missingOld(): void {}

  // @ts-expect-error the old one takes other parameters
  @nest.Flagged('featureA', { old: 'oldSearch' })
  otherParameters(_config: string): void {}

  // @ts-expect-error nobody outside may call the old one
  @nest.Flagged('featureA', { old: 'protectedOld' })
  hiddenOld(): void {}
  protected protectedOld(): void {}

  // @ts-expect-error no key of the configuration
  unknownKey(@nest.Config('featureB') _featureB: unknown): void {}
}

/** A schema's type is inferred where the client is passed, whatever is registered. */
const schema = z.object({ limit: z.number(), beta: z.boolean() })
type FromSchema = { readonly limit: number; readonly beta: boolean }
const options = { application: 'api', environment: 'dev', layers: ['default'], source: core.memory(), schema }

const client = core.createAppConfig(options)
expectTypeOf(client.resolve('t1')).resolves.toEqualTypeOf<FromSchema>()
expectTypeOf(client.peek()).toEqualTypeOf<FromSchema | undefined>()
core.isEnabled(client.peek(), 'beta')
// @ts-expect-error a key, but no flag
core.isEnabled(client.peek(), 'limit')
expectTypeOf(express.appConfig(options).client).toEqualTypeOf<core.AppConfigClient<FromSchema>>()
expectTypeOf(koa.appConfig(options).client).toEqualTypeOf<core.AppConfigClient<FromSchema>>()
nest.AppConfigModule.forRoot(options)

/** Resolvers get the framework's own request. */
express.appConfig({ tenant: (request: Request) => request.hostname })
koa.appConfig({ tenant: (context) => context.hostname })
nest.AppConfigModule.forRoot({
  tenant: (request: Request & { user?: { tenant: string } }) => request.user?.tenant,
  messageTenant: ({ type, data }) => (type === 'rpc' ? (data as { tenant: string }).tenant : null),
})
nest.AppConfigModule.forRootAsync({
  inject: [nest.AppConfigService],
  useFactory: async (other: nest.AppConfigService) => ({ defaults: other.config, skip: () => false }),
})
// @ts-expect-error a resolver answers a tenant, its id, null or undefined
express.appConfig({ tenant: () => 1 })
// @ts-expect-error no such option
koa.appConfig({ tenants: () => 't1' })
