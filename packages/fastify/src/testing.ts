/**
 * For tests of Fastify applications: everything of `@appconfig-kit/core/testing`, a plugin that needs no
 * options, and requests for unit tests of handlers.
 *
 * @module
 */
import type { RegisteredConfig } from '@appconfig-kit/core'
import { attachConfig, requestSeen } from '@appconfig-kit/core/adapter'
import {
  requestWith as plainRequestWith,
  type TestConfig,
  type TestValues,
  tenantFromTestHeader,
} from '@appconfig-kit/core/testing'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { fastifyPlugin } from 'fastify-plugin'
import { type AppConfigPluginOptions, appConfig } from './index.ts'

export * from '@appconfig-kit/core/testing'

/** Options of the application's own plugin that a test may need. */
export type TestAppConfigOptions = Pick<AppConfigPluginOptions, 'tenant' | 'context' | 'skip' | 'hook'>

/**
 * The plugin over a test's configuration: `app.register(testAppConfig(config))`.
 *
 * @param options those of the application that a test may need. Unless `tenant` is among them, the tenant is the id in
 * the header `x-test-tenant`, else none.
 */
export function testAppConfig(
  { client }: Pick<TestConfig, 'client'>,
  options: TestAppConfigOptions = {},
): FastifyPluginAsync {
  return fastifyPlugin(async (app) => {
    await app.register(appConfig, {
      client,
      tenant: tenantFromTestHeader,
      ...options,
    } as AppConfigPluginOptions)
  })
}

/**
 * Makes a request that has a configuration, for handlers that are called by a unit test:
 * `flagged('featureA', oldSearch, newSearch)(requestWith(config), reply)`. It has a method, `url`, headers,
 * `raw` and `config`; all else a handler reads has to be among the fields.
 *
 * @param config the configuration, what its `current()` gave, or values for one.
 * @param fields further properties of the request.
 */
export function requestWith<Fields extends object = object>(
  config: TestConfig | RegisteredConfig | TestValues,
  fields?: Fields,
): FastifyRequest & Fields {
  const raw = plainRequestWith(config)
  const { method, url, headers } = raw
  const request = { method, url, originalUrl: url, headers, ...fields, raw }
  attachConfig(request, requestSeen(raw, 'requestWith()'))
  return request as unknown as FastifyRequest & Fields
}
