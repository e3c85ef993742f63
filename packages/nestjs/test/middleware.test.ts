/**
 * Middleware, which Nest runs before all else, and what a request sees there.
 *
 * @module
 */
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  type MiddlewareConsumer,
  Module,
  type NestMiddleware,
  type NestModule,
  type PipeTransform,
  Query,
  UseGuards,
} from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test } from '@nestjs/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import {
  AppConfigModule,
  type AppConfigModuleOptions,
  AppConfigService,
  Config,
  createAppConfig,
  currentConfig,
  memory,
  type NestRequest,
} from '../src/index.ts'
import { closeLater, makeClient, PLATFORMS, serve } from './serve.ts'

/** What each phase saw. */
let seen: Record<string, unknown>
beforeEach(() => {
  seen = {}
})

/** Finds out the tenant before Nest does anything, as a session or a token middleware does. */
class AuthMiddleware implements NestMiddleware {
  use(request: object, _response: unknown, next: () => void): void {
    Object.assign(request, { user: 't1' })
    next()
  }
}

/** Reads what is on the request, then asks for it. */
class AskingMiddleware implements NestMiddleware {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  async use(request: NestRequest, _response: unknown, next: (error?: unknown) => void): Promise<void> {
    seen['found by middleware'] = request['config']
    try {
      seen['middleware'] = await this.appConfig.configOf(request)
      seen['found by middleware afterwards'] = request['config']
      next()
    } catch (error) {
      next(error)
    }
  }
}

@Module({})
class AuthModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(AuthMiddleware, AskingMiddleware).forRoutes('{*path}')
  }
}

class SeeingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    seen['guard'] = context.switchToHttp().getRequest().config
    return true
  }
}

class SeeingPipe implements PipeTransform {
  transform(value: unknown): unknown {
    seen['pipe'] = currentConfig()
    return value
  }
}

@Controller()
class SeeingController {
  @Get()
  @UseGuards(SeeingGuard)
  get(@Query('q', SeeingPipe) _q: string, @Config() config: object): string {
    seen['handler'] = config
    seen['async context'] = currentConfig()
    return 'ok'
  }
}

const TENANTS = [
  ['a header', ({ headers }: NestRequest) => headers['x-tenant'] as string],
  ['the authentication, which is middleware', ({ user }: NestRequest) => user as string | undefined],
] as const

describe.each(PLATFORMS)('on %s', (platform) => {
  describe.each(TENANTS)('a tenant from %s:', (from, tenant) => {
    it.each(['before', 'after'])(
      'with the module of middleware %s ours, all phases see one object',
      async (order) => {
        const { client } = makeClient({}, { tenant })
        const ours = AppConfigModule.forRoot({ client, tenant } as AppConfigModuleOptions)
        const app = Test.createTestingModule({
          imports: order === 'before' ? [AuthModule, ours] : [ours, AuthModule],
          controllers: [SeeingController],
        })
        const { get } = await serveTesting(app, platform)

        expect(await get('/?q=1', { 'x-tenant': 't1' })).toMatchObject({ status: 200, text: 'ok' })
        // Before middleware, Fastify has not read the request: nothing is decided unless middleware asks.
        expect(seen['found by middleware']).toEqual(
          platform === 'express' && from === 'a header' ? { version: 1 } : undefined,
        )
        delete seen['found by middleware']
        expect(Object.keys(seen)).toEqual([
          'middleware',
          'found by middleware afterwards',
          'guard',
          'pipe',
          'handler',
          'async context',
        ])
        expect(new Set(Object.values(seen)).size).toBe(1)
        expect(seen['handler']).toEqual({ version: 1 })
      },
    )
  })

  it('a tenant that middleware can not know is an error where it asks, and no handler is reached', async () => {
    const { get } = await serve(
      { imports: [AuthModule], controllers: [SeeingController] },
      { platform, options: { tenant: () => undefined } },
    )

    expect((await get('/')).status).toBe(500)
    expect(seen).not.toHaveProperty('handler')
  })

  it('an application made of a testing module sends Retry-After, too', async () => {
    const source = memory({})
    source.failWith(new Error('down'))
    const client = createAppConfig({ application: 'api', environment: 'e', layers: ['default'], source })
    closeLater(() => client.close())
    const { get } = await serveTesting(
      Test.createTestingModule({
        imports: [AppConfigModule.forRoot({ client })],
        controllers: [SeeingController],
      }),
      platform,
    )

    const { status, headers } = await get('/')

    expect(status).toBe(503)
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })
})

it('a hook of Fastify asks with Fastify’s own request, and decides for all phases', async () => {
  interface FastifyLike {
    addHook(name: 'onRequest', hook: (request: NestRequest) => Promise<void>): unknown
  }
  const { get } = await serve(
    { controllers: [SeeingController] },
    {
      platform: 'fastify',
      options: { tenant: ({ headers, raw }) => (raw ? (headers['x-tenant'] as string) : null) },
      configure: (app) =>
        (app.getHttpAdapter().getInstance() as FastifyLike).addHook('onRequest', async (request) => {
          seen['hook'] = await app.get(AppConfigService).configOf(request)
        }),
    },
  )

  expect(await get('/?q=1', { 'x-tenant': 't1' })).toMatchObject({ status: 200 })
  expect(Object.keys(seen)).toEqual(['hook', 'guard', 'pipe', 'handler', 'async context'])
  expect(new Set(Object.values(seen)).size).toBe(1)
})

async function serveTesting(builder: ReturnType<typeof Test.createTestingModule>, platform: string) {
  const testing = await builder.compile()
  const options = { logger: false as const, forceCloseConnections: true }
  const app =
    platform === 'express'
      ? testing.createNestApplication(options)
      : testing.createNestApplication(new FastifyAdapter({ forceCloseConnections: true }), options)
  closeLater(() => app.close())
  await app.listen(0, '127.0.0.1')
  return {
    async get(path: string, headers: Record<string, string> = {}) {
      const response = await fetch(new URL(path, await app.getUrl()), { headers })
      return { status: response.status, text: await response.text(), headers: response.headers }
    },
  }
}
