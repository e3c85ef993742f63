/** An API that is imported whole; tests replace its configuration. */
import { AppConfigModule, Config, Flag, Flagged } from '@appconfig-kit/nestjs'
import { Controller, Get, Module } from '@nestjs/common'

@Controller()
export class SearchController {
  @Get('search')
  @Flagged('featureA', { old: 'searchOld' })
  search(@Config('limit') limit: number): string {
    return `new ${limit}`
  }

  searchOld(limit: number): string {
    return `old ${limit}`
  }

  @Get('beta')
  @Flag('beta')
  beta(): string {
    return 'in'
  }
}

@Module({
  imports: [
    AppConfigModule.forRoot({
      application: 'api',
      environment: 'prod-01',
      layers: ['default'],
      tenant: () => 'acme',
    }),
  ],
  controllers: [SearchController],
})
export class AppModule {}
