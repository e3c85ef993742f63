/**
 * The API.
 *
 * @module
 */
import { AppConfigModule, type AppConfigOptions } from '@appconfig-kit/nestjs'
import { type DynamicModule, Module } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { TerminusModule } from '@nestjs/terminus'
import { ModelCatalog, ModelController, SearchController } from './assistant.controller.ts'
import { type AuthenticatedRequest, AuthGuard } from './auth.guard.ts'
import { APPLICATION, environment, layers, TENANT_ID_PATTERN } from './config.ts'
import { HealthController } from './health.controller.ts'

@Module({
  imports: [TerminusModule],
  controllers: [ModelController, SearchController, HealthController],
  // Global, so that it runs before any @Flag.
  providers: [ModelCatalog, { provide: APP_GUARD, useClass: AuthGuard }],
})
class AppModule {}

/** @param options where documents come from, and whose clock they are polled and waited for by. */
export function appModule(
  options: Pick<AppConfigOptions, 'source' | 'clock' | 'resolveTimeoutMs'>,
): DynamicModule {
  const config = AppConfigModule.forRoot({
    ...options,
    application: APPLICATION,
    environment,
    layers,
    tenantIdPattern: TENANT_ID_PATTERN,
    // Undefined until the guard has run.
    tenant: ({ auth }: AuthenticatedRequest) => auth,
    skip: ({ url }) => url === '/health',
  })
  return { module: AppModule, imports: [config] }
}
