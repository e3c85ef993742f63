/**
 * The options of the module from elsewhere: a function, a class of its own, or a provider that exists.
 *
 * @module
 */
import { OptionsError } from '@appconfig-kit/core'
import { quoted, refuseUnknownOptions } from '@appconfig-kit/core/adapter'
import type { FactoryProvider, InjectionToken, ModuleMetadata, Provider, Type } from '@nestjs/common'
import {
  APP_CONFIG_OPTIONS,
  type AppConfigModuleOptions,
  type ConfigSchema,
  type NestRequest,
} from './app-config.options.ts'

/** A provider that makes the options of the module: for `useClass` and `useExisting`. */
export interface AppConfigOptionsFactory<Request = NestRequest, Schema extends ConfigSchema = ConfigSchema> {
  /** Called once, when the application starts. */
  createAppConfigOptions():
    | AppConfigModuleOptions<Request, Schema>
    | Promise<AppConfigModuleOptions<Request, Schema>>
}

/** Where the options come from: one of `useFactory`, `useClass` and `useExisting`. */
export type AppConfigModuleAsyncOptions<Request = NestRequest, Schema extends ConfigSchema = ConfigSchema> = {
  /** Modules whose providers are injected. */
  readonly imports?: ModuleMetadata['imports']
} & (
  | {
      /** Makes the options of what `inject` names. Called once, when the application starts. */
      readonly useFactory: (
        ...injected: never[]
      ) => AppConfigModuleOptions<Request, Schema> | Promise<AppConfigModuleOptions<Request, Schema>>
      /** Tokens of the arguments of `useFactory`. */
      readonly inject?: FactoryProvider['inject']
      readonly useClass?: never
      readonly useExisting?: never
    }
  | {
      /** A class that the module makes; its constructor is injected from `imports` and from global modules. */
      readonly useClass: Type<AppConfigOptionsFactory<Request, Schema>>
      readonly inject?: never
      readonly useFactory?: never
      readonly useExisting?: never
    }
  | {
      /** The token of a provider that a module of `imports`, or a global one, exports. */
      readonly useExisting: InjectionToken<AppConfigOptionsFactory<Request, Schema>>
      readonly inject?: never
      readonly useFactory?: never
      readonly useClass?: never
    }
)

const WAYS = ['useFactory', 'useClass', 'useExisting'] as const
const WHO = 'AppConfigModule.forRootAsync()'

/**
 * The providers that make the options.
 *
 * @throws {OptionsError} `OPTIONS_INVALID` for none of the three, for two of them, and for `inject` where a
 * class is to be injected.
 */
export function provideOptions<Request, Schema extends ConfigSchema>(
  asyncOptions: AppConfigModuleAsyncOptions<Request, Schema>,
): Provider[] {
  refuseUnknownOptions('forRootAsync()', asyncOptions, ['imports', 'inject', ...WAYS])
  const { useFactory, useClass, useExisting, inject } = asyncOptions
  const given = WAYS.filter((way) => asyncOptions[way] !== undefined)
  if (given.length !== 1) {
    refuse(`needs one of useFactory, useClass and useExisting, got ${given.join(' and ') || 'none'}`)
  }
  for (const [name, value] of Object.entries({ useFactory, useClass })) {
    if (value !== undefined && typeof value !== 'function') {
      refuse(`needs ${name} to be a ${name === 'useClass' ? 'class' : 'function'}, got ${quoted(value)}`)
    }
  }
  if (useFactory) return [optionsFrom(useFactory, inject)]
  if (inject) refuse(`takes inject with useFactory only. Let the constructor of the class say what it needs`)
  const token = useClass ?? useExisting
  const options = optionsFrom(
    (factory: AppConfigOptionsFactory) => createdBy(factory, given[0] as string),
    [token as InjectionToken],
  )
  return useClass ? [{ provide: useClass, useClass }, options] : [options]
}

function optionsFrom(
  make: (...injected: never[]) => unknown,
  inject: FactoryProvider['inject'] = [],
): FactoryProvider {
  return {
    provide: APP_CONFIG_OPTIONS,
    inject,
    async useFactory(...injected: never[]) {
      const options: unknown = await make(...injected)
      if (typeof options === 'object' && options !== null) return options
      return refuse(
        `must be given an object of options, got ${quoted(options)}. Does the factory return them?`,
      )
    },
  }
}

function createdBy(factory: AppConfigOptionsFactory, way: string): unknown {
  if (typeof factory?.createAppConfigOptions === 'function') return factory.createAppConfigOptions()
  return refuse(`needs ${way} to have a method createAppConfigOptions() that returns the options`)
}

function refuse(problem: string): never {
  throw new OptionsError('OPTIONS_INVALID', `${WHO} ${problem}`)
}
