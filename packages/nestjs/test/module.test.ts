/**
 * The module itself: options from elsewhere, life and death, health, and what tests need.
 *
 * @module
 */
import { type AppConfigClient, createAppConfig, memory } from '@appconfig-kit/core'
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Module,
  Req,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD, NestFactory } from '@nestjs/core'
import { HealthCheckService, TerminusModule } from '@nestjs/terminus'
import { Test } from '@nestjs/testing'
import { describe, expect, it } from 'vitest'
import {
  APP_CONFIG_CLIENT,
  AppConfigHealthIndicator,
  AppConfigModule,
  type AppConfigModuleOptions,
  AppConfigService,
  Config,
  currentConfig,
  Flag,
  isEnabled,
} from '../src/index.ts'
import { overrideConfig } from '../src/testing.ts'
import { closeLater, serve } from './serve.ts'

const OPTIONS = { application: 'api', environment: 'prod', layers: ['default'] }

class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    Object.assign(context.switchToHttp().getRequest<object>(), { user: 't1' })
    return true
  }
}

@Controller()
class TestController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @Get('service')
  async service(@Req() request: { config: object }): Promise<object> {
    return {
      same: this.appConfig.config === request.config && currentConfig() === request.config,
      featureA: this.appConfig.isEnabled('featureA'),
      resolved: await this.appConfig.resolve(null),
    }
  }

  @Get('gated')
  @Flag('featureA')
  gated(@Config('limit') limit: unknown, @Config('constructor') inherited: unknown): object {
    return { limit, inherited: inherited ?? null }
  }
}

describe('AppConfigModule', () => {
  it('takes options that other providers know', async () => {
    class Settings {
      readonly document = { featureA: true, limit: 7 }
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    const module = {
      module: class AppModule {},
      imports: [
        AppConfigModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: async ({ document }: Settings) => ({
            ...OPTIONS,
            source: memory({ default: document }),
          }),
        }),
      ],
      controllers: [TestController],
    }
    const app = await NestFactory.create(module, { logger: false })
    closeLater(() => app.close())
    await app.listen(0, '127.0.0.1')

    const response = await fetch(`${await app.getUrl()}/gated`)

    expect(await response.json()).toEqual({ limit: 7, inherited: null })
  })

  it('has the request’s config injected, with async context unless told otherwise', async () => {
    const source = memory({ default: { featureA: true } })
    const withContext = await serve(
      { controllers: [TestController] },
      { wholeOptions: { ...OPTIONS, source } },
    )
    const without = await serve(
      { controllers: [TestController] },
      { wholeOptions: { ...OPTIONS, source, asyncContext: false } },
    )

    expect(JSON.parse((await withContext.get('/service')).text)).toEqual({
      same: true,
      featureA: true,
      resolved: { featureA: true },
    })
    expect((await without.get('/service')).status).toBe(500)
  })

  it('is independent of others in the process', async () => {
    const parts = { controllers: [TestController] }
    const [one, other] = [await serve(parts, { document: { featureA: true } }), await serve(parts)]

    expect([(await one.get('/gated')).status, (await other.get('/gated')).status]).toEqual([200, 404])
  })

  it('closes its client with the application, and leaves alone one it was given', async () => {
    const given = createAppConfig({ ...OPTIONS, source: memory({ default: {} }) })
    closeLater(() => given.close())
    const make = async (options: AppConfigModuleOptions): Promise<AppConfigClient> => {
      const app = await Test.createTestingModule({ imports: [AppConfigModule.forRoot(options)] }).compile()
      const client = app.get<AppConfigClient>(APP_CONFIG_CLIENT)
      await client.resolve()
      await app.close()
      return client
    }

    const own = await make({ ...OPTIONS, source: memory({ default: {} }) })
    await expect(own.resolve()).rejects.toMatchObject({ code: 'CLIENT_CLOSED' })
    await expect((await make({ client: given })).resolve()).resolves.toEqual({})
  })

  it('tells problems by Nest’s logger, or by the one it was given', async () => {
    const lines: string[] = []
    const nest = { log: () => {}, error: () => {}, warn: (text: unknown) => void lines.push(`nest ${text}`) }
    const own = { info: () => {}, warn: (text: string) => void lines.push(`own ${text}`) }
    for (const logger of [undefined, own, false] as const) {
      const options = { ...OPTIONS, source: memory(), ...(logger !== undefined && { logger }) }
      const app = await Test.createTestingModule({ imports: [AppConfigModule.forRoot(options)] })
        .setLogger(nest)
        .compile()
      await app
        .get<AppConfigClient>(APP_CONFIG_CLIENT)
        .start()
        .catch(() => {})
      await app.close()
    }
    expect(lines).toEqual([
      expect.stringMatching(/^nest \[appconfig-kit\] START_FAILED: .* does not exist/),
      expect.stringMatching(/^own \[appconfig-kit\] START_FAILED: .* does not exist/),
    ])
  })

  it('is missed when the application starts, where it was forgotten', async () => {
    const start = Test.createTestingModule({ controllers: [TestController], providers: [] }).compile()

    await expect(start).rejects.toThrow(/AppConfigService|FlagGuard/)
  })

  it('answers 503 with Retry-After also where a guard is the first to know', async () => {
    const source = memory()
    source.failWith(new Error('the network is down'))
    const { get } = await serve(
      { controllers: [TestController], providers: [{ provide: APP_GUARD, useClass: AuthGuard }] },
      {
        wholeOptions: {
          ...OPTIONS,
          source,
          tenant: ({ user }) => user as string | undefined,
        },
      },
    )

    const { status, headers, text } = await get('/gated')

    expect([status, JSON.parse(text)]).toEqual([503, { statusCode: 503, message: 'Service Unavailable' }])
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('refuses to start with wrong options', async () => {
    const start = (options: object) =>
      Test.createTestingModule({ imports: [AppConfigModule.forRoot(options)] }).compile()

    await expect(start({ ...OPTIONS, source: memory(), tenants: () => 't1' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
    })
    await expect(
      start({ ...OPTIONS, layers: ['default', () => 'other'], source: memory() }),
    ).rejects.toMatchObject({ code: 'OPTIONS_INVALID', message: expect.stringContaining('option tenant') })
    await expect(start({ ...OPTIONS, source: memory(), mesageTenant: () => 't1' })).rejects.toMatchObject({
      message: expect.stringContaining(
        'AppConfigModule has no option "mesageTenant". Did you mean messageTenant?',
      ),
    })
    expect(() => AppConfigModule.forRoot(OPTIONS, { global: true } as never)).toThrow(/no option "global"/)
    expect(() => AppConfigModule.forRootAsync({ useFactry: () => OPTIONS } as never)).toThrow(/useFactory/)
    // @ts-expect-error handlers stand behind a gate
    expect(() => Flag('featureA', () => {})).toThrow(expect.objectContaining({ code: 'OPTIONS_INVALID' }))
    await expect(start({ ...OPTIONS, source: memory(), messageTenant: 't1' })).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining('messageTenant'),
    })
  })
})

describe('overrideConfig', () => {
  @Controller()
  class TenantController {
    @Get()
    @Flag('featureA')
    @UseGuards(AuthGuard)
    get(): string {
      return 'in'
    }
  }

  it('gives a module under test a configuration in one line', async () => {
    const AppModule = {
      module: class AppModule {},
      imports: [
        AppConfigModule.forRoot({
          ...OPTIONS,
          layers: ['default', ({ id }) => id],
          source: memory(),
          tenant: ({ user }) => user as string | undefined,
        }),
      ],
      controllers: [TenantController],
    }

    const testing = await overrideConfig(Test.createTestingModule({ imports: [AppModule] }), {
      featureA: true,
    }).compile()

    const app = testing.createNestApplication({ logger: false })
    closeLater(() => app.close())
    await app.listen(0, '127.0.0.1')
    expect((await fetch(await app.getUrl())).status).toBe(200)
    expect(isEnabled(await testing.get(AppConfigService).resolve('anyone'), 'featureA')).toBe(true)
  })
})

describe('AppConfigHealthIndicator', () => {
  @Controller()
  class HealthController {
    constructor(
      @Inject(HealthCheckService) private readonly health: HealthCheckService,
      @Inject(AppConfigHealthIndicator) private readonly appConfig: AppConfigHealthIndicator,
    ) {}

    @Get('ready')
    ready() {
      return this.health.check([() => this.appConfig.isHealthy()])
    }
  }

  it('is up, and down while what all tenants need was never read', async () => {
    const parts = { imports: [TerminusModule], controllers: [HealthController] }
    const options = { skip: ({ url }: { url?: string | undefined }) => url === '/ready' }
    const well = await serve(parts, { options })
    const source = memory()
    source.failWith(new Error('the network is down'))
    const unwell = await serve(parts, { wholeOptions: { ...OPTIONS, source, ...options } })
    await well.client.resolve()

    expect(await well.get('/ready')).toMatchObject({ status: 200 })
    const { status, text } = await unwell.get('/ready')
    expect(status).toBe(503)
    expect(JSON.parse(text)).toMatchObject({
      error: { appconfig: { status: 'down', configuration: 'unavailable', documents: { failed: 1 } } },
    })
    expect(text).not.toMatch(/api|prod|default|network/)
  })
})
