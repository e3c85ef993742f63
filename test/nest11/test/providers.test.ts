/** Options from classes, and providers that are made for a request or a tenant, in Nest 11. */
import { AppConfigModule, type AppConfigModuleOptions, AppConfigService, memory } from '@appconfig-kit/nestjs'
import { Controller, Get, Inject, Injectable, Module, Scope } from '@nestjs/common'
import { type ContextId, ContextIdFactory, type HostComponentInfo, NestFactory } from '@nestjs/core'
import { expect, it, onTestFinished } from 'vitest'

let optionsMade = 0
class Options {
  createAppConfigOptions(): AppConfigModuleOptions {
    optionsMade++
    return {
      application: 'api',
      environment: 'prod',
      layers: [({ id }) => `tenant-${id}`],
      source: memory({ 'tenant-t1': { owner: 't1' }, 'tenant-t2': { owner: 't2' } }),
      tenant: ({ headers }) => String(headers?.['x-tenant']),
    }
  }
}
Injectable()(Options)
class OptionsModule {}
Module({ providers: [Options], exports: [Options] })(OptionsModule)

let made = 0
class Owner {
  constructor(private readonly appConfig: AppConfigService) {
    made++
  }
  async name(): Promise<unknown> {
    await new Promise((resolve) => setImmediate(resolve))
    return this.appConfig.get('owner')
  }
}
const ownerOf = (durable: boolean) => ({
  provide: Owner,
  scope: Scope.REQUEST,
  durable,
  inject: [AppConfigService],
  useFactory: (appConfig: AppConfigService) => new Owner(appConfig),
})

// Decorators are called: no build here transforms their syntax.
class OwnerController {
  constructor(private readonly owner: Owner) {}
  get(): Promise<unknown> {
    return this.owner.name()
  }
}
Controller()(OwnerController)
Inject(Owner)(OwnerController, undefined, 0)
Get()(
  OwnerController.prototype,
  'get',
  Object.getOwnPropertyDescriptor(OwnerController.prototype, 'get') as TypedPropertyDescriptor<unknown>,
)

it.each([
  ['useClass', false, 10],
  ['useExisting', true, 1],
] as const)(
  '%s, and providers that see the tenant they work for; durable: %s',
  async (way, durable, expected) => {
    const shared: ContextId = ContextIdFactory.create()
    ContextIdFactory.apply({
      attach: (own: ContextId) => ({
        resolve: ({ isTreeDurable }: HostComponentInfo) => (isTreeDurable ? shared : own),
        payload: {},
      }),
    })
    onTestFinished(() => ContextIdFactory.apply({ attach: () => undefined }))
    ;[optionsMade, made] = [0, 0]
    const from =
      way === 'useClass' ? { useClass: Options } : { imports: [OptionsModule], useExisting: Options }
    const root = {
      module: class AppModule {},
      imports: [AppConfigModule.forRootAsync(from)],
      controllers: [OwnerController],
      providers: [ownerOf(durable)],
    }
    const app = await NestFactory.create(root, {
      logger: false,
      forceCloseConnections: true,
      abortOnError: false,
    })
    onTestFinished(() => app.close())
    await app.listen(0, '127.0.0.1')
    const url = await app.getUrl()

    const asked = Array.from({ length: 5 }, () => ['t1', 't2']).flat()
    const answers = await Promise.all(
      asked.map(async (tenant) => (await fetch(url, { headers: { 'x-tenant': tenant } })).text()),
    )

    expect(answers).toEqual(asked)
    expect({ optionsMade, made }).toEqual({ optionsMade: 1, made: expected })
  },
)
