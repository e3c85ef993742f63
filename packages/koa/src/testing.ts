/**
 * For tests of Koa applications: everything of `@appconfig-kit/core/testing`, a middleware that needs no
 * options, and contexts for unit tests of middleware.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import { attachConfig, requestSeen } from '@appconfig-kit/core/adapter'
import {
  requestWith,
  type TestConfig,
  type TestValues,
  tenantFromTestHeader,
} from '@appconfig-kit/core/testing'
import type { Context } from 'koa'
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
 * Makes a context that has a configuration, for middleware that is called by a unit test:
 * `await flagged('featureA', oldSearch, newSearch)(contextWith(config), next)`. It has `config`, `req`,
 * `state`, and of the request method, `url` and headers; all else a middleware reads has to be among the fields.
 *
 * @param config the configuration, what its `current()` gave, or values for one.
 * @param fields further properties of the context.
 */
export function contextWith<Fields extends object = object>(
  config: TestConfig | RegisteredConfig | TestValues,
  fields?: Fields,
): Context & Fields {
  const req = requestWith(config)
  const { method, url, headers } = req
  const context = { method, url, path: url, headers, state: {}, ...fields, req }
  attachConfig(context, requestSeen(req, 'contextWith()'))
  return context as unknown as Context & Fields
}
