/** The console in applications of Nest, Fastify and Hono, mounted as its page of documentation says. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { consoleRouter } from '@appconfig-kit/console'
import { type AppConfigClient, createAppConfig, memory } from '@appconfig-kit/core'
import { AppConfigModule, AppConfigService } from '@appconfig-kit/nestjs'
import { createAdaptorServer, type HttpBindings } from '@hono/node-server'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import fastify from 'fastify'
import { Hono } from 'hono'
import { expect, it, onTestFinished } from 'vitest'

const OPTIONS = {
  application: 'api',
  environment: 'dev',
  layers: ['default'],
  source: memory({ default: { featureA: true } }),
}

class ApiModule {}
const API = { module: ApiModule, imports: [AppConfigModule.forRoot({ ...OPTIONS, tenant: () => null })] }

function pageFor(client: AppConfigClient, basePath?: string) {
  const page = consoleRouter(client, {
    authorize: (request) => request.headers['x-operator'] === 'yes',
    ...(basePath !== undefined && { basePath }),
  })
  onTestFinished(() => page.close())
  return page
}

async function clientFor(): Promise<AppConfigClient> {
  const client = createAppConfig(OPTIONS)
  onTestFinished(() => client.close())
  await client.start()
  return client as AppConfigClient
}

async function nest(app: INestApplication): Promise<string> {
  app.use('/ops/console', pageFor(app.get(AppConfigService).client))
  await app.listen(0, '127.0.0.1')
  onTestFinished(() => app.close())
  return app.getUrl()
}

async function onFastify(): Promise<string> {
  const page = pageFor(await clientFor(), '/ops/console')
  const app = fastify({ forceCloseConnections: true })
  app.addHook('onRequest', (request, reply, done) => {
    if (!/^\/ops\/console(?:[/?]|$)/.test(request.url)) return done()
    reply.hijack()
    page(request.raw, reply.raw)
  })
  onTestFinished(() => app.close())
  return app.listen({ port: 0, host: '127.0.0.1' })
}

async function onHono(): Promise<string> {
  const page = pageFor(await clientFor(), '/ops/console')
  const app = new Hono<{ Bindings: HttpBindings }>()
  app.on(['GET', 'POST'], ['/ops/console', '/ops/console/*'], ({ env }) => {
    page(env.incoming, env.outgoing)
    return RESPONSE_ALREADY_SENT
  })
  const server = createAdaptorServer(app).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

it.each<[string, () => Promise<string>]>([
  ['Nest on Express', async () => nest(await NestFactory.create(API, { logger: false }))],
  [
    'Nest on Fastify',
    async () => nest(await NestFactory.create(API, new FastifyAdapter(), { logger: false })),
  ],
  ['Fastify', onFastify],
  ['Hono', onHono],
])('is mounted in %s, and shown to whom it may be', async (_framework, start) => {
  const base = `${await start()}/ops/console/`
  const operator = { 'x-operator': 'yes' }

  for (const path of ['', 'console.js', 'state']) {
    expect((await fetch(base + path)).status).toBe(403)
    expect((await fetch(base + path, { headers: operator })).status).toBe(200)
  }
  const explained = await fetch(`${base}explain`, {
    method: 'POST',
    headers: { ...operator, 'content-type': 'application/json', 'x-appconfig-console': '1' },
    body: JSON.stringify({ subjects: [{ tenant: null }] }),
  })
  expect(explained.status, await explained.clone().text()).toBe(200)
  expect(await explained.json()).toMatchObject({ explanations: [{ state: 'warm' }] })
  expect((await fetch(base.replace('/console/', '/consoles'), { headers: operator })).status).toBe(404)
})
