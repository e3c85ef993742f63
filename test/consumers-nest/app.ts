/**
 * An application as a user's build sees it: controllers, guards and injection, on a real port.
 *
 * @module
 */
import 'reflect-metadata'
import { AppConfigModule, AppConfigService, Config, Flag, Flagged, memory } from '@appconfig-kit/nestjs'
import { Controller, Get, Inject, Module, Query } from '@nestjs/common'

@Flag('search')
@Controller('search')
export class SearchController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  @Get()
  @Flagged('featureA', { old: 'searchOld' })
  search(@Query('q') q: string, @Config('limit') limit: number): string {
    return `new ${q} ${limit} ${this.appConfig.config['limit']}`
  }

  searchOld(q: string, limit: number): string {
    return `old ${q} ${limit} ${this.appConfig.config['limit']}`
  }
}

const source = memory({
  default: { search: true, limit: 3 },
  'tenant-t1': { featureA: true },
  'tenant-t2': { featureA: false },
  'tenant-t3': { search: false },
})

@Module({
  imports: [
    AppConfigModule.forRoot({
      application: 'api',
      environment: 'prod',
      layers: ['default', (tenant) => `tenant-${tenant.id}`],
      source,
      tenant: ({ headers }) => String(headers['x-tenant']),
    }),
  ],
  controllers: [SearchController],
})
export class AppModule {}
