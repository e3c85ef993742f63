/**
 * `@Config()`: the configuration as a parameter of a handler.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import { createParamDecorator, type ExecutionContext, UseInterceptors } from '@nestjs/common'
import { AppConfigInterceptor } from './app-config.interceptor.ts'
import { configOf } from './host-configs.ts'

/** Has the interceptor run for the method of a parameter, also where no global one does. */
export function bringInterceptor(target: object, method: string | symbol | undefined): void {
  const descriptor = method === undefined ? undefined : Object.getOwnPropertyDescriptor(target, method)
  if (descriptor) UseInterceptors(AppConfigInterceptor)(target, method as string, descriptor)
}

const configParameter = createParamDecorator(
  (key: string | undefined, host: ExecutionContext): unknown => {
    const config = configOf(host, key === undefined ? '@Config()' : `@Config('${key}')`)
    if (key === undefined) return config
    return Object.hasOwn(config, key) ? config[key as keyof RegisteredConfig] : undefined
  },
  [bringInterceptor],
)

/**
 * The configuration of the request or message, or the value of one of its keys; undefined for a key
 * that is not there.
 *
 * @example
 * invoke(@Config() config: MyConfig, @Config('temperature') temperature: number) { … }
 */
export function Config(key?: keyof RegisteredConfig & string): ParameterDecorator {
  return configParameter(key)
}
