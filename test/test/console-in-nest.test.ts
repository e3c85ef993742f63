/** The console mounted in an application of Nest, on both platforms. */
import { consoleRouter } from '@appconfig-kit/console'
import { AppConfigModule, AppConfigService, memory } from '@appconfig-kit/nestjs'
import type { DynamicModule, INestApplication } from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { expect, it, onTestFinished } from 'vitest'

class ApiModule {}
const api = (): DynamicModule => ({
  module: ApiModule,
  imports: [
    AppConfigModule.forRoot({
      application: 'api',
      environment: 'dev',
      layers: ['default'],
      source: memory({ default: { featureA: true } }),
      tenant: () => null,
    }),
  ],
})

it.each<[string, () => Promise<INestApplication>]>([
  ['Express', () => NestFactory.create(api(), { logger: false })],
  ['Fastify', () => NestFactory.create(api(), new FastifyAdapter(), { logger: false })],
])('on %s, to whom it is shown is asked for every file', async (_platform, create) => {
  const app = await create()
  const page = consoleRouter(app.get(AppConfigService).client, {
    authorize: (request) => request.headers['x-operator'] === 'yes',
  })
  app.use('/ops/console', page)
  await app.listen(0, '127.0.0.1')
  onTestFinished(async () => {
    page.close()
    await app.close()
  })
  const url = await app.getUrl()
  const statusOf = async (path: string, headers: Record<string, string> = {}) =>
    (await fetch(`${url}/ops/console/${path}`, { headers })).status

  for (const path of ['', 'console.js']) {
    expect(await statusOf(path)).toBe(403)
    expect(await statusOf(path, { 'x-operator': 'yes' })).toBe(200)
  }
})
