/**
 * For the load balancer's readiness check.
 *
 * @module
 */
import { AppConfigHealthIndicator } from '@appconfig-kit/nestjs'
import { Controller, Get, Inject } from '@nestjs/common'
import { HealthCheck, type HealthCheckResult, HealthCheckService } from '@nestjs/terminus'

@Controller('health')
export class HealthController {
  constructor(
    @Inject(HealthCheckService) private readonly health: HealthCheckService,
    @Inject(AppConfigHealthIndicator) private readonly appConfig: AppConfigHealthIndicator,
  ) {}

  @Get()
  @HealthCheck()
  check(): Promise<HealthCheckResult> {
    return this.health.check([() => this.appConfig.isHealthy()])
  }
}
