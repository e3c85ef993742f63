/**
 * The providers of the module, and their dependencies.
 *
 * @module
 */
import { type AppConfigClient, type Logger as AppConfigLogger, OptionsError } from '@appconfig-kit/core'
import { quoted, splitOptions } from '@appconfig-kit/core/adapter'
import { type FactoryProvider, type InjectionToken, Logger, type Provider } from '@nestjs/common'
import { APP_GUARD, APP_INTERCEPTOR, HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core'
import { AppConfigGuard } from './app-config.guard.ts'
import { AppConfigHealthIndicator } from './app-config.health.ts'
import { AppConfigInterceptor } from './app-config.interceptor.ts'
import {
  APP_CONFIG_CLIENT,
  APP_CONFIG_OPTIONS,
  type AppConfigModuleOptions,
  GLOBAL_PARTS,
  HOST_CONFIGS,
  HTTP_SETUP,
  type NestRequest,
} from './app-config.options.ts'
import { AppConfigService } from './app-config.service.ts'
import { createHostConfigs, type HostConfigs } from './host-configs.ts'
import { createHttpSetup, type GlobalParts } from './http-setup.ts'
import { RouteRegistration } from './route-registration.ts'

/** Providers that other modules may inject. */
export const EXPORTED: InjectionToken[] = [
  APP_CONFIG_CLIENT,
  HOST_CONFIGS,
  AppConfigService,
  AppConfigHealthIndicator,
]

/** All providers but the options. */
export const PROVIDERS: Provider[] = [
  { provide: APP_CONFIG_CLIENT, inject: [APP_CONFIG_OPTIONS], useFactory: clientOf },
  {
    provide: HOST_CONFIGS,
    inject: [APP_CONFIG_OPTIONS, APP_CONFIG_CLIENT, HttpAdapterHost],
    useFactory: createHostConfigs,
  },
  made<HostConfigs, AppConfigService>(AppConfigService, HOST_CONFIGS),
  made(AppConfigHealthIndicator, APP_CONFIG_CLIENT),
  { provide: GLOBAL_PARTS, inject: [HOST_CONFIGS], useFactory: globalParts },
  { provide: APP_GUARD, inject: [GLOBAL_PARTS], useFactory: ({ guard }: GlobalParts) => guard },
  { provide: APP_INTERCEPTOR, inject: [GLOBAL_PARTS], useFactory: (parts: GlobalParts) => parts.interceptor },
  {
    provide: HTTP_SETUP,
    inject: [HOST_CONFIGS, GLOBAL_PARTS, RouteRegistration, HttpAdapterHost, ModulesContainer, ModuleRef],
    useFactory: createHttpSetup,
  },
]

/** A provider without decorators, so that no build has to emit metadata. */
function made<Dependency, Part>(
  part: new (dependency: Dependency) => Part,
  token: symbol,
): FactoryProvider<Part> {
  return { provide: part, inject: [token], useFactory: (dependency: Dependency) => new part(dependency) }
}

function globalParts(configs: HostConfigs): GlobalParts {
  return { guard: new AppConfigGuard(configs), interceptor: new AppConfigInterceptor(configs) }
}

function clientOf({
  messageTenant,
  ...options
}: AppConfigModuleOptions<NestRequest, undefined>): AppConfigClient {
  if (messageTenant !== undefined && typeof messageTenant !== 'function') {
    throw new OptionsError(
      'OPTIONS_INVALID',
      `messageTenant must be a function of the message, got ${quoted(messageTenant)}`,
    )
  }
  // Async context is on by default, unlike in core: `AppConfigService.config` needs it.
  return splitOptions<NestRequest, undefined>(
    'client' in options
      ? options
      : { asyncContext: true, ...options, logger: options.logger ?? nestLogger() },
    'AppConfigModule',
    ['messageTenant'],
  ).client
}

/** Nest's own logger, whichever the application uses. */
function nestLogger(): AppConfigLogger {
  const logger = new Logger('AppConfigModule')
  return { warn: (text) => logger.warn(text), info: (text) => logger.log(text) }
}
