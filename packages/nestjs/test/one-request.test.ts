/**
 * One request, one configuration: in every phase, whatever is deployed meanwhile.
 *
 * @module
 */
import type { JsonObject } from '@appconfig-kit/core'
import {
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  Inject,
  type NestInterceptor,
  type PipeTransform,
  Query,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost } from '@nestjs/core'
import { from, type Observable, switchMap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { AppConfigService, Config, currentConfig, type NestRequest, tryCurrentConfig } from '../src/index.ts'
import { PLATFORMS, type Served, serve } from './serve.ts'

/** What each phase of a request saw, in order. */
let seen: { phase: string; config: unknown }[]
let served: Served
let version: number

/** Notes what a phase sees; then a deployment lands, before the next phase. */
async function note(phase: string, ...configs: unknown[]): Promise<void> {
  for (const config of configs) seen.push({ phase, config })
  version += 1
  await served.deploy({ version })
}

function request(host: ArgumentsHost): NestRequest & { config: unknown; user?: string } {
  return host.switchToHttp().getRequest()
}

/** Finds out the tenant, as an authentication guard does. */
class AuthGuard implements CanActivate {
  async canActivate(context: ExecutionContext): Promise<boolean> {
    Object.assign(request(context), { user: 't1' })
    version += 1
    await served.deploy({ version })
    return true
  }
}

class NotingGuard implements CanActivate {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}
  async canActivate(context: ExecutionContext): Promise<boolean> {
    await note(
      'guard',
      await this.appConfig.configOf(context),
      request(context).config,
      this.appConfig.config,
    )
    return true
  }
}

class NotingInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return from(note('interceptor', request(context).config, currentConfig())).pipe(
      switchMap(() => next.handle()),
    )
  }
}

class NotingPipe implements PipeTransform {
  async transform(value: unknown): Promise<unknown> {
    await note('pipe', currentConfig())
    return value
  }
}

@Catch()
class NotingFilter implements ExceptionFilter {
  constructor(
    @Inject(AppConfigService) private readonly appConfig: AppConfigService,
    @Inject(HttpAdapterHost) private readonly host: HttpAdapterHost,
  ) {}
  async catch(error: Error, host: ArgumentsHost): Promise<void> {
    await note('filter', request(host).config, await this.appConfig.configOf(host))
    this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { caught: error.message }, 418)
  }
}

@Controller()
class PhasesController {
  @Get()
  @UseFilters(NotingFilter)
  @UseGuards(AuthGuard, NotingGuard)
  @UseInterceptors(NotingInterceptor)
  async phases(@Query('q', NotingPipe) _q: string, @Config() config: JsonObject): Promise<void> {
    await note('handler', config, currentConfig())
    throw new Error('for the filter')
  }
}

describe.each(PLATFORMS)('on %s', (platform) => {
  it.each([
    ['known before the guards', ({ headers }: NestRequest) => headers['x-tenant'] as string, 1],
    ['known after a guard', (req: NestRequest) => req['user'] as string | undefined, 2],
  ])(
    'a tenant %s: guard, interceptor, pipe, handler and filter see one object',
    async (_, tenant, decidedAt) => {
      seen = []
      version = 1
      served = await serve({ controllers: [PhasesController] }, { platform, options: { tenant } })
      await served.client.resolve('t1')

      const { status, text } = await served.get('/?q=1', { 'x-tenant': 't1' })

      expect([status, text]).toEqual([418, '{"caught":"for the filter"}'])
      expect([...new Set(seen.map(({ phase }) => phase))]).toEqual([
        'guard',
        'interceptor',
        'pipe',
        'handler',
        'filter',
      ])
      expect(seen.map(({ config }) => (config as JsonObject)['version'])).toEqual(seen.map(() => decidedAt))
      expect(new Set(seen.map(({ config }) => config)).size).toBe(1)
      expect((served.client.peek('t1') as JsonObject)['version']).toBe(7)
    },
  )

  it('puts the object on the request and on the raw one', async () => {
    @Controller()
    class RequestController {
      @Get()
      @UseGuards(SameGuard)
      get(): string {
        return 'same'
      }
    }
    served = await serve({ controllers: [RequestController] }, { platform })

    expect((await served.get('/')).text).toBe('same')
  })
})

it('a tenant known by a global guard: what runs behind finds it on the request', async () => {
  const found: unknown[] = []
  const look = (context: ExecutionContext): void => {
    found.push(request(context).config, tryCurrentConfig())
  }
  @Controller()
  class BehindController {
    @Get()
    @UseGuards({ canActivate: (context) => look(context) === undefined })
    get(@Config() config: object): void {
      found.push(config)
    }
  }
  const { get } = await serve(
    {
      controllers: [BehindController],
      providers: [
        {
          provide: APP_GUARD,
          useValue: {
            canActivate: (context: ExecutionContext) =>
              Object.assign(request(context), { user: 't1' }) !== null,
          },
        },
        {
          provide: APP_INTERCEPTOR,
          useValue: {
            intercept(context: ExecutionContext, next: CallHandler) {
              look(context)
              return next.handle()
            },
          },
        },
      ],
    },
    { options: { tenant: ({ user }) => user as string | undefined } },
  )

  expect((await get('/')).status).toBe(200)
  expect(found).toEqual(found.map(() => ({ version: 1 })))
  expect(found).toHaveLength(5)
  expect(new Set(found).size).toBe(1)
})

class SameGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { config, raw } = request(context)
    return config !== undefined && (raw === undefined || (raw as { config: unknown }).config === config)
  }
}
