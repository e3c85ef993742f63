/**
 * Nest adapter: the configuration of the tenant, in every phase of every request.
 *
 * This package decides when a request gets it (before Nest's guards, or as soon as one of them knows the
 * tenant) and how Nest code reads it. Core decides which one, how fresh it is, and what happens without one.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import { refuseUnknownOptions } from '@appconfig-kit/core/adapter'
import {
  type DynamicModule,
  Inject,
  Module,
  type ModuleMetadata,
  type NestModule,
  type OnApplicationShutdown,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common'
import { ModulesContainer } from '@nestjs/core'
import {
  APP_CONFIG_CLIENT,
  APP_CONFIG_OPTIONS,
  type AppConfigModuleOptions,
  type ConfigSchema,
  HTTP_SETUP,
  type NestRequest,
} from './app-config.options.ts'
import { EXPORTED, PROVIDERS } from './app-config.providers.ts'
import { type AppConfigModuleAsyncOptions, provideOptions } from './async-options.ts'
import type { HttpSetup } from './http-setup.ts'
import { ROUTE_REGISTRATION } from './route-registration.ts'
import { refuseScheduledFlags } from './scheduled-methods.ts'

/** Options of the module itself, behind those of {@link AppConfigModule.forRoot}. */
export interface AppConfigModuleExtras {
  /** Whether every module of the application may inject its providers. @default true */
  readonly isGlobal?: boolean
}

const EXTRAS = ['isGlobal'] as const satisfies (keyof AppConfigModuleExtras)[]

/**
 * The module of the configuration. Import it once, in the root module.
 *
 * It starts loading with the application and does not wait: failures show in requests, events and health. It
 * closes the client with the application, unless the client was given to it.
 *
 * @example
 * AppConfigModule.forRoot({ application: 'api', environment: 'prod-01', layers: ['default', (t) => `tenant-${t.id}`],
 *   source: direct(), tenant: (req: AuthenticatedRequest) => req.user?.tenant })
 */
export class AppConfigModule implements NestModule, OnModuleInit, OnApplicationShutdown {
  readonly #setUpHttp: HttpSetup
  readonly #client: AppConfigClient
  readonly #options: AppConfigModuleOptions
  readonly #modules: ModulesContainer

  constructor(
    setUpHttp: HttpSetup,
    client: AppConfigClient,
    options: AppConfigModuleOptions,
    modules: ModulesContainer,
  ) {
    this.#setUpHttp = setUpHttp
    this.#client = client
    this.#options = options
    this.#modules = modules
  }

  /**
   * The module with options that are at hand. Missing ones come from environment variables.
   *
   * @throws {OptionsError} when the application starts, for wrong options.
   */
  static forRoot<Request = NestRequest, Schema extends ConfigSchema = undefined>(
    options: AppConfigModuleOptions<Request, Schema> = {},
    extras: AppConfigModuleExtras = {},
  ): DynamicModule {
    refuseUnknownOptions('forRoot() behind the options', extras, EXTRAS)
    return describeModule([{ provide: APP_CONFIG_OPTIONS, useValue: options }], extras)
  }

  /**
   * The module with options from other providers: by `useFactory`, `useClass` or `useExisting`.
   *
   * @throws {OptionsError} `OPTIONS_INVALID`, at once for none or two of them; when the application starts,
   * for wrong options.
   * @example
   * AppConfigModule.forRootAsync({ imports: [ConfigModule], inject: [ConfigService],
   *   useFactory: (settings: ConfigService) => ({ application: 'api', environment: settings.getOrThrow('CELL'), layers: ['default'] }) })
   */
  static forRootAsync<Request = NestRequest, Schema extends ConfigSchema = undefined>(
    asyncOptions: AppConfigModuleAsyncOptions<Request, Schema>,
    extras: AppConfigModuleExtras = {},
  ): DynamicModule {
    refuseUnknownOptions('forRootAsync() behind the options', extras, EXTRAS)
    return describeModule(provideOptions(asyncOptions), extras, asyncOptions.imports)
  }

  onModuleInit(): void {
    refuseScheduledFlags(this.#modules)
  }

  /** Nest calls this before it registers routes. */
  configure(): void {
    this.#setUpHttp(this)
  }

  async onApplicationShutdown(): Promise<void> {
    if (!('client' in this.#options)) await this.#client.close()
  }
}
Module({})(AppConfigModule)
for (const [at, token] of [HTTP_SETUP, APP_CONFIG_CLIENT, APP_CONFIG_OPTIONS, ModulesContainer].entries()) {
  Inject(token)(AppConfigModule, undefined, at)
}

function describeModule(
  options: Provider[],
  { isGlobal = true }: AppConfigModuleExtras,
  imports: ModuleMetadata['imports'] = [],
): DynamicModule {
  const providers = [...options, ...PROVIDERS]
  return {
    module: AppConfigModule,
    global: isGlobal,
    imports: [ROUTE_REGISTRATION, ...imports],
    providers,
    exports: EXPORTED,
  }
}
