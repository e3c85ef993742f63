/**
 * `@Config()`: the configuration as a parameter of a handler.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import { configSeen, isPromise, type Seen, valueSeen } from '@appconfig-kit/core/adapter'
import { createParamDecorator, type ExecutionContext } from '@nestjs/common'
import { bringInterceptor } from './app-config.interceptor.ts'
import { seenBy } from './seen-by.ts'

const configParameter = createParamDecorator(
  (key: string | undefined, host: ExecutionContext): unknown => {
    const seen = seenBy(host, key === undefined ? '@Config()' : `@Config('${key}')`)
    // Nest waits for a parameter that is a promise, whatever the kind of handler.
    return isPromise(seen) ? seen.then((later) => read(later, key)) : read(seen, key)
  },
  [
    (target, method, _index) => {
      const handler: unknown = method === undefined ? undefined : Reflect.get(target, method)
      if (typeof handler === 'function') bringInterceptor(target, method as string, handler)
    },
  ],
)

function read(seen: Seen, key: string | undefined): unknown {
  return key === undefined ? configSeen(seen) : valueSeen(seen, key)
}

/**
 * The configuration of the request or message, or the value of one of its keys; undefined for a key
 * that is not there.
 *
 * @example
 * invoke(@Config() config: MyConfig, @Config('temperature') temperature: number) { return config.temperature === temperature }
 */
export function Config(key?: keyof RegisteredConfig & string): ParameterDecorator {
  return configParameter(key)
}
