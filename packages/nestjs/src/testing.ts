/**
 * For tests of Nest applications: everything of `@appconfig-kit/core/testing`, a module that needs no options,
 * and a way to give an application under test a configuration.
 *
 * @module
 */
import type { AppConfigClient } from '@appconfig-kit/core'
import {
  isTestConfig,
  type TestConfig,
  type TestValues,
  tenantFromTestHeader,
  testConfig,
} from '@appconfig-kit/core/testing'
import type { DynamicModule } from '@nestjs/common'
import { AppConfigModule } from './app-config.module.ts'
import { APP_CONFIG_CLIENT, type AppConfigModuleOptions } from './app-config.options.ts'

export * from '@appconfig-kit/core/testing'

/** Options of the application's own module that a test may need. */
export type TestModuleOptions = Pick<AppConfigModuleOptions, 'tenant' | 'context' | 'skip' | 'messageTenant'>

/** `AppConfigModule` over a test's configuration, for a module under test that does not import it itself. */
// biome-ignore lint/complexity/noStaticOnlyClass: a module of Nest is a class.
export class AppConfigTestingModule {
  /**
   * The module, to be imported: `imports: [AppConfigTestingModule.with(testConfig({ featureA: true }))]`.
   * Async context is on, as in `AppConfigModule`.
   *
   * @param options those of the application that a test may need. Unless `tenant` is among them, the tenant is the id in
   * the header `x-test-tenant`, else none.
   */
  static with<Config>(
    config: Pick<TestConfig<Config>, 'client'>,
    options: TestModuleOptions = {},
  ): DynamicModule {
    return AppConfigModule.forRoot({
      client: inContext(config),
      tenant: tenantFromTestHeader,
      ...options,
    } as never)
  }
}

/**
 * The part of `Test.createTestingModule(…)` that is used. Its own type would have to be installed by all
 * users.
 */
interface OverridingBuilder<Builder> {
  overrideProvider(token: unknown): { useValue(value: unknown): Builder }
}

/**
 * Gives a module under test that imports `AppConfigModule` a configuration. The application's own source is
 * not used; its tenant resolver still is.
 *
 * @param config the configuration, or values for one that stays as it is.
 * @example
 * const app = await overrideConfig(Test.createTestingModule({ imports: [AppModule] }), { featureA: true }).compile()
 */
export function overrideConfig<Builder>(
  builder: Builder & OverridingBuilder<Builder>,
  config: TestConfig | TestValues,
): Builder {
  const client = inContext(isTestConfig(config) ? config : testConfig(config))
  return builder.overrideProvider(APP_CONFIG_CLIENT).useValue(client)
}

/** `AppConfigService.config` needs async context, which is on by default in Nest. */
function inContext<Config>({ client }: Pick<TestConfig<Config>, 'client'>): AppConfigClient<Config> {
  return { ...client, asyncContext: true }
}
