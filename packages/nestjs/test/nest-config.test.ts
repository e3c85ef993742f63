/**
 * Beside @nestjs/config: options from it, and a configuration that is read for it once.
 *
 * @module
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAppConfig, type JsonObject, memory } from '@appconfig-kit/core'
import { Controller, Get, Inject, type ModuleMetadata } from '@nestjs/common'
import { ConfigModule, ConfigService, type ConfigType, registerAs } from '@nestjs/config'
import { NestFactory } from '@nestjs/core'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { AppConfigModule, AppConfigService, Config } from '../src/index.ts'
import { closeLater } from './serve.ts'

const source = memory({ default: { version: 1, nested: { limit: 3 } } })
afterEach(() => source.publish('default', { version: 1, nested: { limit: 3 } }))
const OPTIONS = { application: 'api', environment: 'prod', layers: ['default'], source }

/** As in docs/nestjs.md. */
const features = registerAs('features', async () => {
  const client = createAppConfig(OPTIONS)
  try {
    await client.start()
    return await client.resolve()
  } finally {
    await client.close()
  }
})

@Controller()
class TestController {
  constructor(
    @Inject(ConfigService) private readonly settings: ConfigService,
    @Inject(features.KEY) private readonly atStart: ConfigType<typeof features>,
    @Inject(AppConfigService) private readonly appConfig: AppConfigService,
  ) {}

  @Get()
  get(@Config('version') now: number): object {
    const { settings, atStart, appConfig } = this
    return {
      now,
      service: appConfig.get('version'),
      atStart: atStart['version'],
      path: settings.get('features.nested.limit'),
      environment: settings.get('CELL'),
    }
  }
}

async function start(parts: ModuleMetadata) {
  const app = await NestFactory.create(
    { module: class AppModule {}, ...parts },
    {
      logger: false,
      forceCloseConnections: true,
      abortOnError: false,
    },
  )
  closeLater(() => app.close())
  await app.listen(0, '127.0.0.1')
  return { app, get: async () => (await fetch(await app.getUrl())).json() as Promise<JsonObject> }
}

it('takes options from ConfigService, and feeds registerAs once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dotenv-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(join(folder, '.env'), 'CELL=prod-02\n')
  onTestFinished(() => void delete process.env['CELL'])
  source.publish('default', { version: 2 }, { environment: 'prod-02' })
  const { app, get } = await start({
    imports: [
      ConfigModule.forRoot({ isGlobal: true, load: [features], envFilePath: join(folder, '.env') }),
      AppConfigModule.forRootAsync({
        inject: [ConfigService],
        useFactory: (settings: ConfigService) => ({
          ...OPTIONS,
          environment: settings.getOrThrow<string>('CELL'),
        }),
      }),
    ],
    controllers: [TestController],
  })

  expect(await get()).toEqual({ now: 2, service: 2, atStart: 1, path: 3, environment: 'prod-02' })

  const { client } = app.get(AppConfigService)
  const changed = new Promise<void>((resolve) => void client.on('change', () => resolve()))
  source.publish('default', { version: 3 })
  source.publish('default', { version: 3 }, { environment: 'prod-02' })
  await changed
  expect(await get()).toEqual({ now: 3, service: 3, atStart: 1, path: 3, environment: 'prod-02' })
})

it('does not start without a configuration to feed registerAs with', async () => {
  const failing = memory()
  const broken = registerAs('features', async () => {
    const client = createAppConfig({ ...OPTIONS, source: failing })
    try {
      await client.start()
      return await client.resolve()
    } finally {
      await client.close()
    }
  })

  await expect(start({ imports: [ConfigModule.forRoot({ load: [broken] })] })).rejects.toMatchObject({
    code: expect.stringMatching(/DOCUMENT_ABSENT|CONFIG_UNAVAILABLE/),
  })
})

it('reads environment variables that @nestjs/config loaded, without options', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'dotenv-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  writeFileSync(
    join(folder, '.env'),
    'APPCONFIG_APPLICATION=api\nAPPCONFIG_ENVIRONMENT=prod-03\nAPPCONFIG_PROFILE=default\n',
  )
  onTestFinished(() => {
    for (const name of ['APPLICATION', 'ENVIRONMENT', 'PROFILE']) delete process.env[`APPCONFIG_${name}`]
  })
  source.publish('default', { version: 7 }, { environment: 'prod-03' })
  @Controller()
  class VersionController {
    @Get()
    get(@Config('version') version: number): object {
      return { version }
    }
  }

  const { get } = await start({
    imports: [
      AppConfigModule.forRoot({ source }),
      ConfigModule.forRoot({ envFilePath: join(folder, '.env') }),
    ],
    controllers: [VersionController],
  })

  expect(await get()).toEqual({ version: 7 })
})
