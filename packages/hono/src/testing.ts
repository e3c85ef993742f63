/**
 * For tests of Hono applications: everything of `@appconfig-kit/core/testing`, and a middleware that needs no options.
 * Requests need no kit: `app.request('/search')` is Hono's own.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import { type TestConfig, tenantFromTestHeader } from '@appconfig-kit/core/testing'
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
  } as AppConfigMiddlewareOptions) as AppConfigMiddleware<Config>
}
