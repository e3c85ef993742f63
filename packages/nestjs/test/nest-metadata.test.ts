/**
 * What Nest's decorators leave, in this version of Nest; `test/nest11` runs this with Nest 11.
 *
 * Fails when Nest keeps it elsewhere or otherwise: in `@nestjs/common`, decorators/core/use-guards.decorator,
 * use-interceptors.decorator, decorators/http/request-mapping.decorator and create-route-param-metadata.decorator,
 * with their keys in constants: GUARDS_METADATA, INTERCEPTORS_METADATA, PATH_METADATA, METHOD_METADATA and
 * ROUTE_ARGS_METADATA; and in `@nestjs/microservices`, constants, PATTERN_METADATA.
 *
 * @module
 */
import {
  All,
  Body,
  createParamDecorator,
  Get,
  type NestInterceptor,
  Param,
  Post,
  Query,
  Req,
  Res,
  SetMetadata,
  Sse,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { countParameters, guardsOf, isRouteOnly, withdrawInterceptors } from '../src/nest-metadata.ts'

const first = { canActivate: () => true }
class Second {
  canActivate(): boolean {
    return true
  }
}
const keep: NestInterceptor = { intercept: (_, next) => next.handle() }
class Withdrawn {
  intercept: NestInterceptor['intercept'] = (_, next) => next.handle()
}
const factory = (): number => 1
const Custom = createParamDecorator(factory)

@UseGuards(first)
class Decorated {
  @Get()
  @UseGuards(Second, first)
  @UseInterceptors(Withdrawn, keep)
  @UseInterceptors(Withdrawn)
  get(@Query('q') _q: string, _none: unknown, @Custom() _custom: unknown): void {}

  @All('all')
  all(@Req() _req: unknown, @Res({ passthrough: true }) _res: unknown): void {}

  @Post('post')
  post(@Body() _body: unknown, @Param('id') _id: unknown, @Custom() _custom: unknown): void {}

  @Sse('sse')
  sse(): void {}

  @SetMetadata('mine', 1)
  other(): void {}
}

class Sub extends Decorated {
  override post(_body: unknown, _id: unknown, _custom: unknown, @Query() _more?: unknown): void {}
}
const { prototype } = Decorated

describe('what Nest keeps of decorators', () => {
  it('guards, in their order, on classes and on methods', () => {
    expect(guardsOf(Decorated)).toEqual([first])
    expect(guardsOf(Sub)).toEqual([first])
    expect(guardsOf(prototype.get)).toEqual([Second, first])
    expect(guardsOf(prototype.all)).toEqual([])
  })

  it('interceptors of a method, of which some can be taken back', () => {
    withdrawInterceptors(prototype.get, new Set([Withdrawn]))
    withdrawInterceptors(prototype.all, new Set([Withdrawn]))

    const lists = Reflect.getMetadataKeys(prototype.get).map((key) => Reflect.getMetadata(key, prototype.get))
    expect(lists).toContainEqual([keep])
    expect(lists.flat()).not.toContain(Withdrawn)
  })

  it('routes of every verb, and nothing that only has metadata', () => {
    expect(['get', 'all', 'post', 'sse'].map((name) => isRouteOnly(Reflect.get(prototype, name)))).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(isRouteOnly(prototype.other)).toBe(false)
    expect(isRouteOnly(undefined)).toBe(false)
  })

  it('parameters, counted up to the last that is decorated', () => {
    const countOf = (target: object, method: string, except: unknown = () => 1): number =>
      countParameters(target, method, except)

    expect(['get', 'all', 'post', 'sse', 'other'].map((name) => countOf(prototype, name))).toEqual([
      3, 2, 3, 0, 0,
    ])
    expect(countOf(prototype, 'get', factory)).toBe(1)
    expect(countOf(Sub.prototype, 'post')).toBe(4)
  })
})
