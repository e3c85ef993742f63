/**
 * Options of the module from elsewhere: a function, a class, a provider of the application.
 *
 * @module
 */
import { memory } from '@appconfig-kit/core'
import { Controller, type DynamicModule, Get, Inject, Injectable, Module, Scope } from '@nestjs/common'
import { NestFactory, REQUEST } from '@nestjs/core'
import { Test } from '@nestjs/testing'
import { describe, expect, it } from 'vitest'
import {
  AppConfigModule,
  type AppConfigModuleOptions,
  type AppConfigOptionsFactory,
  Config,
} from '../src/index.ts'
import { closeLater } from './serve.ts'

const OPTIONS = { application: 'api', environment: 'prod', layers: ['default'] }

let asked: string[] = []

@Injectable()
class Settings implements AppConfigOptionsFactory {
  readonly limit = 7
  createAppConfigOptions(): AppConfigModuleOptions {
    asked.push('Settings')
    return { ...OPTIONS, source: memory({ default: { limit: this.limit } }) }
  }
}
@Module({
  providers: [Settings, { provide: 'settings', useExisting: Settings }],
  exports: [Settings, 'settings'],
})
class SettingsModule {}

/** Made by the module; its constructor is injected. */
@Injectable()
class OptionsOfSettings implements AppConfigOptionsFactory {
  constructor(@Inject(Settings) private readonly settings: Settings) {}
  async createAppConfigOptions(): Promise<AppConfigModuleOptions> {
    return { ...OPTIONS, source: memory({ default: { limit: this.settings.limit + 1 } }) }
  }
}

@Controller()
class LimitController {
  @Get()
  limit(@Config('limit') limit: number): number {
    return limit
  }
}

async function answerOf(appConfig: DynamicModule): Promise<string> {
  const root = { module: class AppModule {}, imports: [appConfig], controllers: [LimitController] }
  const app = await NestFactory.create(root, {
    logger: false,
    forceCloseConnections: true,
    abortOnError: false,
  })
  closeLater(() => app.close())
  await app.listen(0, '127.0.0.1')
  return (await fetch(await app.getUrl())).text()
}

const start = (appConfig: DynamicModule) => Test.createTestingModule({ imports: [appConfig] }).compile()

describe('forRootAsync', () => {
  it('takes options from a function', async () => {
    const useFactory = ({ limit }: Settings) => ({ ...OPTIONS, source: memory({ default: { limit } }) })

    expect(
      await answerOf(
        AppConfigModule.forRootAsync({ imports: [SettingsModule], inject: [Settings], useFactory }),
      ),
    ).toBe('7')
  })

  it('takes options from a class that it makes', async () => {
    expect(await answerOf(AppConfigModule.forRootAsync({ useClass: Settings }))).toBe('7')
    expect(
      await answerOf(
        AppConfigModule.forRootAsync({ imports: [SettingsModule], useClass: OptionsOfSettings }),
      ),
    ).toBe('8')
  })

  it.each([
    ['a class', Settings],
    ['a string', 'settings'],
  ])('takes options from a provider that exists, by %s', async (_, useExisting) => {
    asked = []
    expect(await answerOf(AppConfigModule.forRootAsync({ imports: [SettingsModule], useExisting }))).toBe('7')
    expect(asked).toEqual(['Settings'])
  })

  it.each([
    [{}, 'needs one of useFactory, useClass and useExisting, got none'],
    [{ useFactory: () => OPTIONS, useClass: Settings }, 'got useFactory and useClass'],
    [{ useClass: Settings, useExisting: Settings }, 'got useClass and useExisting'],
    [{ useClass: Settings, inject: [Settings] }, 'takes inject with useFactory only'],
    [{ useClas: Settings }, 'no option "useClas". Did you mean useClass?'],
    [{ useFactory: 'options' }, 'useFactory to be a function'],
    [{ useClass: 'Settings' }, 'useClass to be a class'],
  ])('refuses %o', (options, text) => {
    // Types refuse them, too, but JavaScript has none.
    expect(() => AppConfigModule.forRootAsync(options as never)).toThrow(
      expect.objectContaining({ code: 'OPTIONS_INVALID', message: expect.stringContaining(text) }),
    )
  })

  class Forgetful {}
  Injectable()(Forgetful)
  it.each([
    [{ useFactory: () => undefined }, 'must be given an object of options, got undefined'],
    [{ useFactory: async () => 'api' }, 'must be given an object of options, got "api"'],
    [{ useClass: Forgetful }, 'needs useClass to have a method createAppConfigOptions()'],
    [
      { imports: [SettingsModule], useExisting: Settings, useFactory: undefined, useClass: null },
      'got useClass and useExisting',
    ],
  ])('refuses what %o gives', async (options, text) => {
    const starting = async () => start(AppConfigModule.forRootAsync(options as never))

    await expect(starting()).rejects.toMatchObject({
      code: 'OPTIONS_INVALID',
      message: expect.stringContaining(text),
    })
  })

  it('does not start with options per request, which would make a client for each', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest extends Settings {}
    @Module({ providers: [PerRequest], exports: [PerRequest] })
    class PerRequestModule {}

    for (const options of [
      { useClass: PerRequest },
      { imports: [PerRequestModule], useExisting: PerRequest },
      { inject: [REQUEST], useFactory: () => ({ ...OPTIONS, source: memory({ default: { limit: 1 } }) }) },
    ]) {
      await expect(answerOf(AppConfigModule.forRootAsync(options))).rejects.toThrow(/request-scoped/)
    }
  })
})
