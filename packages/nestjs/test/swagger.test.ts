/**
 * @nestjs/swagger describes a route alike, whether a flag hides it or not.
 *
 * @module
 */
import 'reflect-metadata'
import { Body, Controller, Get, Param, Post, Query, type Type } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { expect, it } from 'vitest'
import { Config, Flag, Flagged } from '../src/index.ts'
import { PLATFORMS, type Served, serve } from './serve.ts'

class Found {
  @ApiProperty({ type: String })
  readonly name: string = ''
}
class Asked {
  @ApiProperty({ type: Number })
  readonly limit: number = 1
}

const nothing = (): void => {}
const no: typeof OURS = {
  Flag: () => nothing,
  Flagged: () => nothing,
  Config: () => nothing,
}
const OURS = { Flag, Flagged, Config } as unknown as {
  Flag(name: string, options?: object): ClassDecorator & MethodDecorator
  Flagged(name: string, options: object): MethodDecorator
  Config(key?: string): ParameterDecorator
}

/** What tsc with `emitDecoratorMetadata` adds, as the first decorator to run. */
const typed = (...types: unknown[]): MethodDecorator => Reflect.metadata('design:paramtypes', types)

/** The same controllers, with our decorators and without. */
function controllersWith({ Flag, Flagged, Config }: typeof OURS): Type[] {
  @Flag('search')
  @Controller('search')
  class SearchController {
    @Get(':id')
    @Flag('byId', { status: 403 })
    @ApiOperation({ summary: 'One' })
    @ApiOkResponse({ type: Found })
    @typed(String, Number)
    byId(@Param('id') id: string, @Config('limit') _limit: number): string {
      return id
    }

    @Flagged('featureA', { old: 'searchOld' })
    @Get()
    @ApiOkResponse({ type: [Found] })
    @typed(String, Object, Number)
    search(@Query('q') q: string, @Config() _config: object, @Query('page') page: number): string {
      return `new ${q} ${page}`
    }
    searchOld(q: string, _config: object, page: number): string {
      return `old ${q} ${page}`
    }

    @Post()
    @ApiOkResponse({ type: Found })
    @Flagged('featureA', { old: 'askOld' })
    @typed(Asked)
    ask(@Body() asked: Asked): string {
      return `new ${asked.limit}`
    }
    askOld(asked: Asked): string {
      return `old ${asked.limit}`
    }

    @Get('bare/one')
    @Flagged('featureA', { old: 'bareOld' })
    @typed()
    bare(): string {
      return 'new'
    }
    bareOld(): string {
      return 'old'
    }
  }
  return [SearchController]
}

function documentOf({ app }: Served): object {
  return SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('api').build())
}

it.each(PLATFORMS)('the document is the same with our decorators as without: %s', async (platform) => {
  const document = { search: false, byId: false, featureA: false }
  const bare = await serve({ controllers: controllersWith(no) }, { platform })
  const ours = await serve(
    { controllers: controllersWith(OURS) },
    {
      platform,
      document,
      configure: (app) =>
        SwaggerModule.setup('docs', app, () =>
          SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('api').build()),
        ),
    },
  )

  const described = documentOf(ours)
  expect(described).toEqual(documentOf(bare))
  expect(described).toMatchObject({
    paths: {
      '/search': {
        get: {
          parameters: [
            { name: 'q', in: 'query' },
            { name: 'page', in: 'query' },
          ],
        },
        post: {
          requestBody: {
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Asked' } } },
          },
        },
      },
      '/search/{id}': { get: { summary: 'One', parameters: [{ name: 'id', in: 'path' }] } },
      '/search/bare/one': { get: { parameters: [] } },
    },
  })
  // Hidden, and documented all the same, also over HTTP.
  expect((await ours.get('/search/7')).status).toBe(404)
  expect(JSON.parse((await ours.get('/docs-json')).text)).toEqual(JSON.parse(JSON.stringify(described)))
})
