/**
 * What the API answers.
 *
 * @module
 */
import { AppConfigService, Config, Flag, Flagged } from '@appconfig-kit/nestjs'
import { Controller, Get, Inject, Injectable, Query } from '@nestjs/common'
import type { AssistantConfig } from './config.ts'

/** Far from any request: it asks for the configuration of the one it works for. */
@Injectable()
export class ModelCatalog {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService) {}

  describe(): string {
    const { bedrockModelId, temperature } = this.appConfig.config
    return `${bedrockModelId} at ${temperature}`
  }
}

@Controller('model')
export class ModelController {
  constructor(@Inject(ModelCatalog) private readonly catalog: ModelCatalog) {}

  @Get()
  model(@Config() { bedrockModelId }: AssistantConfig, @Config('temperature') temperature: number): object {
    return { bedrockModelId, temperature, described: this.catalog.describe() }
  }
}

@Flag('search')
@Controller('search')
export class SearchController {
  @Get()
  @Flagged('featureA', { old: 'searchByName' })
  searchByMeaning(@Query('q') q: string): object {
    return { search: 'by meaning', q }
  }

  searchByName(q: string): object {
    return { search: 'by name', q }
  }
}
