/**
 * HTTP routes: what Nest runs around them because of us, and a tenant that is found out late.
 *
 * @module
 */
import { AsyncResource } from 'node:async_hooks'
import {
  type CallHandler,
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  type MiddlewareConsumer,
  Module,
  type ModuleMetadata,
  type NestInterceptor,
  Query,
  Req,
  Scope,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import type { Observable } from 'rxjs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppConfigGuard } from '../src/app-config.guard.ts'
import {
  AppConfigInterceptor,
  AppConfigService,
  Config,
  currentConfig,
  Flag,
  Flagged,
  type NestRequest,
  tryCurrentConfig,
} from '../src/index.ts'
import { PLATFORMS, type Setup, serve } from './serve.ts'

type TestRequest = NestRequest & { config?: unknown; user?: string }

function requestOf(context: ExecutionContext): TestRequest {
  return context.switchToHttp().getRequest<TestRequest>()
}

/** Finds out the tenant, as an authentication guard does. */
class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    Object.assign(requestOf(context), { user: 't1' })
    return true
  }
}

/** What each phase found, without asking for it. */
let found: Record<string, unknown>
beforeEach(() => {
  found = {}
})

class LookingGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    found['guard'] = requestOf(context).config
    return true
  }
}

class LookingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    found['interceptor'] = requestOf(context).config
    return next.handle()
  }
}

@Controller()
class PlainController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @Get('plain')
  @UseInterceptors(LookingInterceptor)
  plain(@Req() request: TestRequest): string {
    found['request'] = request.config
    found['handler'] = tryCurrentConfig()
    found['service'] = this.appConfig.config
    return 'ok'
  }

  @Get('guarded')
  @UseGuards(LookingGuard)
  guarded(@Req() request: TestRequest): string {
    found['request'] = request.config
    return 'ok'
  }
}

@Controller()
class OursController {
  @Get('config')
  config(@Config('version') version: number): string {
    return String(version)
  }

  @Get('gate')
  @Flag('featureA')
  gate(): string {
    return 'in'
  }

  @Get('flagged')
  @Flagged('featureA', { old: 'old' })
  flagged(@Query('q') q: string): string {
    return `new ${q}`
  }

  @Flagged('featureA', { old: 'old' })
  @Get('bare')
  bare(): string {
    return 'new'
  }

  old(): string {
    return 'old'
  }
}

const tenantOfUser = ({ user, raw }: NestRequest): string | undefined =>
  (user ?? (raw as TestRequest | undefined)?.user) as string | undefined

const intercept = vi.spyOn(AppConfigInterceptor.prototype, 'intercept')
const canActivate = vi.spyOn(AppConfigGuard.prototype, 'canActivate')
afterEach(() => void vi.clearAllMocks())

describe.each(PLATFORMS)('a route on %s', (platform) => {
  it.each([true, false])(
    'has no guard and no interceptor of ours; async context: %s',
    async (asyncContext) => {
      const { get } = await serve(
        { controllers: [OursController] },
        {
          platform,
          document: { featureA: true },
          ...(!asyncContext && { asyncContext }),
        },
      )

      const answers = await Promise.all(
        ['/config', '/gate', '/flagged?q=a', '/bare'].map((path) => get(path)),
      )

      expect(answers.map(({ text }) => text)).toEqual(['1', 'in', 'new a', 'new'])
      expect(intercept).not.toHaveBeenCalled()
      expect(canActivate).not.toHaveBeenCalled()
    },
  )

  const globalGuard = (scope?: Scope): ModuleMetadata => ({
    providers: [{ provide: APP_GUARD, useClass: AuthGuard, ...(scope && { scope }) }],
  })
  @Module(globalGuard())
  class GuardModule {}
  class MiddlewareModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply((request: object, _response: object, next: () => void) => {
          Object.assign(request, { user: 't1' })
          next()
        })
        .forRoutes('{*path}')
    }
  }
  Module({})(MiddlewareModule)
  const WHO: [string, ModuleMetadata, Setup?][] = [
    ['a global guard of the root module', globalGuard()],
    ['a global guard of a module behind ours', { imports: [GuardModule] }],
    ['a global guard per request', globalGuard(Scope.REQUEST)],
    ['app.useGlobalGuards()', {}, { configure: (app) => app.useGlobalGuards(new AuthGuard()) }],
    ['middleware', { imports: [MiddlewareModule] }],
  ]

  it.each(WHO)('finds the configuration of a tenant known by %s', async (who, parts, setup) => {
    const { get } = await serve(
      { controllers: [PlainController], ...parts },
      { platform, options: { tenant: tenantOfUser }, ...setup },
    )

    expect((await get('/plain')).text).toBe('ok')
    expect(found['request']).toEqual({ version: 1 })
    expect(Object.keys(found)).toEqual(['interceptor', 'request', 'handler', 'service'])
    expect(new Set(Object.values(found)).size).toBe(1)

    found = {}
    expect((await get('/guarded')).text).toBe('ok')
    // Ours stands among the global guards, where Nest puts it: behind those of the root module only.
    const isBefore = who === 'a global guard of the root module' || who === 'middleware'
    expect(found).toEqual({ guard: isBefore ? { version: 1 } : undefined, request: { version: 1 } })
  })

  it.each(['class', 'method'])('finds it behind a guard of its %s, cold or warm', async (where) => {
    @Controller()
    class GuardedController {
      @Get()
      @UseInterceptors(LookingInterceptor)
      get(@Req() request: TestRequest, @Query('q') _q: string): string {
        Object.assign(found, { request: request.config, handler: currentConfig() })
        return 'ok'
      }
    }
    const { prototype } = GuardedController
    if (where === 'class') UseGuards(AuthGuard)(GuardedController)
    else UseGuards(AuthGuard)(prototype, 'get', { value: prototype.get })
    const { get } = await serve(
      { controllers: [GuardedController] },
      { platform, options: { tenant: async (request: NestRequest) => tenantOfUser(request) } },
    )

    for (const _ of ['cold', 'warm']) {
      found = {}
      expect((await get('/')).text).toBe('ok')
      expect(Object.values(found)).toEqual([{ version: 1 }, { version: 1 }, { version: 1 }])
      expect(new Set(Object.values(found)).size).toBe(1)
    }
    expect(intercept).not.toHaveBeenCalled()
  })

  it('waits for the configuration of a tenant that an interceptor found out', async () => {
    const authenticate: NestInterceptor = {
      intercept(context, next) {
        Object.assign(requestOf(context), { user: 't1' })
        return next.handle()
      },
    }
    @Controller()
    class LateController {
      @Get('config')
      @UseInterceptors(authenticate)
      config(@Config('version') version: number): string {
        return String(version)
      }
      @Get('bare')
      @UseInterceptors(authenticate)
      @Flagged('featureA', { old: 'old' })
      bare(): string {
        return 'new'
      }
      old(): string {
        return 'old'
      }
    }
    const { get } = await serve(
      { controllers: [LateController] },
      { platform, document: { featureA: true }, options: { tenant: tenantOfUser } },
    )

    expect([(await get('/config')).text, (await get('/bare')).text]).toEqual(['1', 'new'])
  })
})

it('async context that middleware lost is found again behind the interceptor, where it is asked for', async () => {
  const elsewhere = new AsyncResource('pool')
  @Controller()
  class LostController {
    @Get('lost')
    lost(): string {
      return String(tryCurrentConfig()?.['version'])
    }
    @Get('found')
    @UseInterceptors(AppConfigInterceptor)
    found(): string {
      return String(currentConfig()['version'])
    }
  }
  class LosingModule {
    configure(consumer: MiddlewareConsumer): void {
      consumer
        .apply((_request: object, _response: object, next: () => void) => elsewhere.runInAsyncScope(next))
        .forRoutes('{*path}')
    }
  }
  Module({})(LosingModule)
  const { get } = await serve({ imports: [LosingModule], controllers: [LostController] })

  expect([(await get('/lost')).text, (await get('/found')).text]).toEqual(['undefined', '1'])
})

it('a request-scoped controller is decided as others are', async () => {
  @Injectable({ scope: Scope.REQUEST })
  class PerRequest {}
  @Controller()
  class ScopedController {
    constructor(@Inject(PerRequest) readonly perRequest: PerRequest) {}
    @Get()
    @UseGuards(AuthGuard)
    get(@Req() request: TestRequest): string {
      found = { request: request.config, handler: currentConfig() }
      return 'ok'
    }
  }
  const { get } = await serve(
    { controllers: [ScopedController], providers: [PerRequest] },
    { options: { tenant: tenantOfUser } },
  )

  expect((await get('/')).text).toBe('ok')
  expect(found).toEqual({ request: { version: 1 }, handler: { version: 1 } })
})
