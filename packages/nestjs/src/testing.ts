/**
 * Tests of applications: a module under test with a configuration of the test's.
 *
 * @module
 */
import { createAppConfig, memory, type RegisteredConfig } from '@appconfig-kit/core'
import { APP_CONFIG_CLIENT } from './app-config.options.ts'

/** What is used of `Test.createTestingModule(…)`: naming its type would make everybody install it. */
interface OverridingBuilder<Builder> {
  overrideProvider(token: unknown): { useValue(value: unknown): Builder }
}

/**
 * Gives every request, message and tenant of a module under test this configuration. What the
 * application would load is not loaded; who the tenant is, it still finds out itself.
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
