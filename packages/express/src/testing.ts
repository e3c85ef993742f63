/**
 * For tests of Express applications: everything of `@appconfig-kit/core/testing`, a middleware that needs no
 * options, and requests for unit tests of handlers.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import {
  requestWith as plainRequestWith,
  type TestConfig,
  type TestValues,
  tenantFromTestHeader,
} from '@appconfig-kit/core/testing'
import type { Request } from 'express'
import { type AppConfigMiddleware, type AppConfigMiddlewareOptions, appConfig } from './index.ts'

export * from '@appconfig-kit/core/testing'

/** Options of the application's own middleware that a test may need. */
export type TestAppConfigOptions = Pick<AppConfigMiddlewareOptions, 'tenant' | 'context' | 'skip'>

/**
 * The middleware over a test's configuration: `app.use(testAppConfig(config))`.
 *
 * @param options those of the application that a test may need. Unless `tenant` is among them, the tenant is the id in
 * the header `x-test-tenant`, else none.
 */
export function testAppConfig<Config = RegisteredConfig>(
  { client }: Pick<TestConfig<Config>, 'client'>,
  options: TestAppConfigOptions = {},
): AppConfigMiddleware<Config> {
  return appConfig({
    client,
    tenant: tenantFromTestHeader,
    ...options,
  } as never) as unknown as AppConfigMiddleware<Config>
}

/**
 * Makes a request that has a configuration, for handlers that are called by a unit test:
 * `flagged('featureA', oldSearch, newSearch)(requestWith(config), res, next)`. It has a method, `url`,
 * headers and `config`; all else a handler reads has to be among the fields.
 *
 * @param config the configuration, what its `current()` gave, or values for one.
 * @param fields further properties of the request.
 */
export function requestWith<Fields extends object = object>(
  config: TestConfig | RegisteredConfig | TestValues,
  fields?: Fields,
): Request & Fields {
  return plainRequestWith(config, fields) as unknown as Request & Fields
}
