/**
 * The kit for tests of Nest applications.
 *
 * @module
 */
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  GoneException,
  Inject,
  Module,
  Param,
  UseGuards,
} from '@nestjs/common'
import { FastifyAdapter } from '@nestjs/platform-fastify'
import { Test, type TestingModuleBuilder } from '@nestjs/testing'
import { describe, expect, it } from 'vitest'
import {
  AppConfigModule,
  AppConfigService,
  Config,
  Flag,
  FlagGuard,
  Flagged,
  memory,
  type RegisteredConfig,
  withConfig,
} from '../src/index.ts'
import { AppConfigTestingModule, overrideConfig, testConfig } from '../src/testing.ts'
import { type Answer, closeLater, PLATFORMS, type Platform } from './serve.ts'

async function serveTested(
  builder: TestingModuleBuilder,
  platform: Platform = 'express',
): Promise<(path: string, headers?: Record<string, string>) => Promise<Answer>> {
  const testing = await builder.compile()
  const app =
    platform === 'fastify'
      ? testing.createNestApplication(new FastifyAdapter())
      : testing.createNestApplication()
  app.useLogger(false)
  await app.listen(0, '127.0.0.1')
  closeLater(() => app.close())
  const url = await app.getUrl()
  return async (path, headers = {}) => {
    const response = await fetch(`${url}${path}`, { headers })
    return { status: response.status, text: await response.text(), headers: response.headers }
  }
}

let release: () => void = () => {}

@Controller('search')
class SearchController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @Get()
  @Flagged('featureA', { old: 'searchOld' })
  search(@Config('limit') limit: number): string {
    return `new ${limit} ${this.appConfig.config['limit']}`
  }

  searchOld(limit: number): string {
    return `old ${limit}`
  }

  @Get('slow')
  async slow(@Config() config: RegisteredConfig): Promise<string> {
    await new Promise<void>((resolve) => {
      release = resolve
    })
    return `${config['featureA']} ${this.appConfig.isEnabled('featureA')}`
  }
}

class Refusing implements CanActivate {
  canActivate(): boolean {
    return false
  }
}

@Controller('gated')
@Flag('onClass', { status: 403 })
class GatedController {
  @Get()
  @Flag('below', { exception: () => new GoneException('below') })
  @Flag('nearest')
  all(): string {
    return 'in'
  }

  @Get('refused')
  @UseGuards(Refusing)
  refused(): string {
    return 'in'
  }
}

@Controller('child')
@Flag('onChild', { status: 402 })
class ChildController extends GatedController {}

describe.each(PLATFORMS)('AppConfigTestingModule on %s', (platform) => {
  it('needs no options, takes the tenant from a header, and serves what is set', async () => {
    const config = testConfig({ featureA: true, limit: 1 }, { tenants: { acme: { featureA: false } } })
    const get = await serveTested(
      Test.createTestingModule({
        imports: [AppConfigTestingModule.with(config)],
        controllers: [SearchController],
      }),
      platform,
    )
    const texts = async () => [
      (await get('/search')).text,
      (await get('/search', { 'x-test-tenant': 'acme' })).text,
    ]

    expect(await texts()).toEqual(['new 1 1', 'old 1'])
    config.set({ featureA: false, limit: 2 })
    expect(await texts()).toEqual(['old 2', 'old 2'])
    config.setFor('acme', 'featureA', true)
    expect(await texts()).toEqual(['old 2', 'new 2 2'])
    config.reset()
    expect(await texts()).toEqual(['new 1 1', 'old 1'])
  })

  it('leaves a request that runs as it is', async () => {
    const config = testConfig({ featureA: true })
    const get = await serveTested(
      Test.createTestingModule({
        imports: [AppConfigTestingModule.with(config)],
        controllers: [SearchController],
      }),
      platform,
    )
    const before = release
    const slow = get('/search/slow')
    await expect.poll(() => release !== before).toBe(true)
    config.set('featureA', false)
    release()

    expect((await slow).text).toBe('true true')
  })

  it('asks each gate for its own flag, on classes, their subclasses and methods', async () => {
    const on = { onClass: true, onChild: true, below: true, nearest: true }
    const config = testConfig(on)
    const get = await serveTested(
      Test.createTestingModule({
        imports: [AppConfigTestingModule.with(config)],
        controllers: [GatedController, ChildController],
      }),
      platform,
    )
    const statuses = async () => [(await get('/gated')).status, (await get('/child')).status]
    const without = async (patch: Partial<Record<keyof typeof on, boolean>>) => {
      config.reset()
      config.set(patch)
      return [...(await statuses()), ...(await statuses())]
    }

    expect(await without({})).toEqual([200, 200, 200, 200])
    expect(await without({ onClass: false })).toEqual([403, 403, 403, 403])
    expect(await without({ onChild: false })).toEqual([200, 402, 200, 402])
    expect(await without({ below: false })).toEqual([410, 410, 410, 410])
    expect(await without({ nearest: false })).toEqual([404, 404, 404, 404])
    config.reset()
    expect((await get('/gated/refused')).status).toBe(403)
  })

  it('has gates that overrideGuard opens, also where nothing else of the module is there', async () => {
    const get = await serveTested(
      Test.createTestingModule({ controllers: [GatedController] })
        .overrideGuard(FlagGuard)
        .useValue({ canActivate: () => true }),
      platform,
    )

    expect((await get('/gated')).text).toBe('in')
    expect((await get('/gated/refused')).status).toBe(403)
  })
})

describe('overrideConfig', () => {
  @Controller('tenants')
  class TenantController {
    @Get(':tenant')
    read(@Config('featureA') featureA: boolean, @Param('tenant') tenant: string): string {
      return `${tenant} ${featureA}`
    }
  }
  @Module({
    imports: [
      AppConfigModule.forRoot({
        application: 'api',
        environment: 'e',
        layers: ['default', ({ id }) => `tenant-${id}`],
        source: memory(),
        tenant: ({ url = '' }) => url.split('/')[2] ?? null,
      }),
    ],
    controllers: [TenantController],
  })
  class AppModule {}

  it("gives an application a test's configuration, and leaves it its tenant resolver", async () => {
    const config = testConfig({ featureA: true }, { tenants: { acme: { featureA: false } } })
    const get = await serveTested(overrideConfig(Test.createTestingModule({ imports: [AppModule] }), config))

    expect((await get('/tenants/acme')).text).toBe('acme false')
    expect((await get('/tenants/other')).text).toBe('other true')
    config.set('featureA', false)
    expect((await get('/tenants/other')).text).toBe('other false')
  })
})

describe('a handler that is called by a unit test', () => {
  it('of @Flagged runs the method of its side', () => {
    const config = testConfig({ featureA: true, limit: 1 })
    const controller = new SearchController({ config: { limit: 1 } } as unknown as AppConfigService)
    const search = () => withConfig(config.current(), () => controller.search(1))

    expect(search()).toBe('new 1 1')
    config.set('featureA', false)
    expect(search()).toBe('old 1')
  })

  it('of FlagGuard by @UseGuards is told to use @Flag', () => {
    const guard = new FlagGuard({} as never)
    const context = { getClass: () => class {}, getHandler: () => () => {} } as unknown as ExecutionContext

    expect(() => guard.canActivate(context)).toThrow(/Use @Flag\('…'\) in place of @UseGuards\(FlagGuard\)/)
  })
})
