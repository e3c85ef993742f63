/**
 * For tests of applications: a configuration for the module under test.
 *
 * @module
 */
import { createAppConfig, memory, type RegisteredConfig } from '@appconfig-kit/core'
import { APP_CONFIG_CLIENT } from './app-config.options.ts'

/**
 * The part of `Test.createTestingModule(…)` that is used. Its own type would have to be installed by all
 * users.
 */
interface OverridingBuilder<Builder> {
  overrideProvider(token: unknown): { useValue(value: unknown): Builder }
}

/**
 * Gives every request, message and tenant of a module under test this configuration. The application's own
 * source is not used; its tenant resolver still is.
 *
 * @example
 * const app = await overrideConfig(Test.createTestingModule({ imports: [AppModule] }), { featureA: true }).compile()
 */
export function overrideConfig<Builder>(
  builder: Builder & OverridingBuilder<Builder>,
  config: Partial<RegisteredConfig>,
): Builder {
  const client = createAppConfig({
    application: 'test',
    environment: 'test',
    layers: ['config'],
    source: memory({ config }),
    asyncContext: true,
  })
  return builder.overrideProvider(APP_CONFIG_CLIENT).useValue(client)
}
