/**
 * The tenant's configuration and flags in NestJS.
 *
 * Everything of core is exported along, so that one install and one import do. Writing tests? See
 * `@appconfig-kit/nestjs/testing`.
 *
 * @module
 */
export * from '@appconfig-kit/core'
export type { ChangeStreamOptions, OfrepOptions } from '@appconfig-kit/core/ofrep'
export { AppConfigException } from './app-config.exception.ts'
export { AppConfigHealthIndicator, type AppConfigHealthResult } from './app-config.health.ts'
export { AppConfigInterceptor } from './app-config.interceptor.ts'
export { AppConfigModule, type AppConfigModuleExtras } from './app-config.module.ts'
export {
  APP_CONFIG_CLIENT,
  type AppConfigMessage,
  type AppConfigModuleOptions,
  type NestRequest,
} from './app-config.options.ts'
export { AppConfigService } from './app-config.service.ts'
export type { AppConfigModuleAsyncOptions, AppConfigOptionsFactory } from './async-options.ts'
export { Config } from './config.decorator.ts'
export { Flag, type FlagOptions } from './flag.decorator.ts'
export { FlagGuard } from './flag.guard.ts'
export { Flagged, type FlaggedOptions } from './flagged.decorator.ts'
export { OfrepController, type OfrepRoutes } from './ofrep.controller.ts'
