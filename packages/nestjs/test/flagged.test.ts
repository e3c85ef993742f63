/**
 * `@Flagged`: two methods, one handler.
 *
 * @module
 */

import {
  Controller,
  DefaultValuePipe,
  Get,
  Header,
  HttpCode,
  Inject,
  Injectable,
  ParseIntPipe,
  type PipeTransform,
  Query,
  Scope,
  Sse,
  UseInterceptors,
} from '@nestjs/common'
import { isObservable, map, of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Config, Flagged, withConfig } from '../src/index.ts'
import { PLATFORMS, type Served, serve } from './serve.ts'

const ON = { document: { featureA: true } }
const OFF = { document: { featureA: false } }

@Controller()
class SearchController {
  protected readonly name: string = 'search'

  @Get('below')
  @Flagged('featureA', { old: 'oldSearch' })
  @HttpCode(202)
  @Header('x-searched', 'yes')
  @UseInterceptors({ intercept: (_, next) => next.handle().pipe(map((data) => ({ data }))) })
  below(
    @Query('q') q: string,
    @Query('limit', new DefaultValuePipe('9'), ParseIntPipe) limit: number,
  ): object {
    return { new: [this.name, q, limit] }
  }

  @Flagged('featureA', { old: 'oldSearch' })
  @Get('above')
  @HttpCode(202)
  @Header('x-searched', 'yes')
  @UseInterceptors({ intercept: (_, next) => next.handle().pipe(map((data) => ({ data }))) })
  above(
    @Query('q') q: string,
    @Query('limit', new DefaultValuePipe('9'), ParseIntPipe) limit: number,
  ): object {
    return { new: [this.name, q, limit] }
  }

  oldSearch(q: string, limit: number): object {
    return { old: [this.name, q, limit] }
  }

  @Get('bare')
  @Flagged('featureA', { old: 'oldBare' })
  bare(...rest: unknown[]): object {
    return { new: rest.length }
  }

  oldBare(...rest: unknown[]): object {
    return { old: rest.length }
  }

  @Get('defaults')
  @Flagged('featureA', { old: 'oldDefaults' })
  defaults(@Query('q') q = 'none', unfilled = 'default'): object {
    return { new: [q, unfilled] }
  }

  oldDefaults(q = 'old none', unfilled = 'old default'): object {
    return { old: [q, unfilled] }
  }

  rest(...rest: string[]): object {
    return { new: rest }
  }

  oldRest(...rest: string[]): object {
    return { old: rest }
  }

  @Get('more')
  @Flagged('featureA', { old: 'oldMore' })
  more(@Query('a') a: string, ..._rest: string[]): object {
    return { new: [a] }
  }

  oldMore(...rest: string[]): object {
    return { old: rest }
  }

  @Get('observable')
  @Flagged('featureA', { old: 'oldObservable' })
  observable(): unknown {
    return of('new')
  }

  async oldObservable(): Promise<string> {
    return 'old'
  }

  @Sse('sse')
  @Flagged('featureA', { old: 'oldSse' })
  sse(): ReturnType<SearchController['oldSse']> {
    return of({ data: 'new' })
  }

  oldSse() {
    return of({ data: 'old' })
  }
}

// Not every build lowers a decorator of a rest parameter: by hand, in the order a class runs them.
const restDescriptor = Object.getOwnPropertyDescriptor(
  SearchController.prototype,
  'rest',
) as PropertyDescriptor
Query('q')(SearchController.prototype, 'rest', 0)
Flagged('featureA', { old: 'oldRest' })(
  SearchController.prototype,
  'rest',
  restDescriptor as TypedPropertyDescriptor<SearchController['rest']>,
)
Get('rest')(SearchController.prototype, 'rest', restDescriptor)
Object.defineProperty(SearchController.prototype, 'rest', restDescriptor)

@Controller('inherited')
class InheritedController extends SearchController {
  protected override readonly name = 'inherited'

  override oldSearch(q: string, limit: number): object {
    return { inherited: super.oldSearch(q, limit) }
  }

  @Get('above')
  @Flagged('featureA', { old: 'oldSearch' })
  override above(@Query('q') q: string, @Query('extra') extra: number): object {
    return { overridden: [q, extra, super.above(q, 1)] }
  }
}

/** Takes more than its base class has places for. */
@Controller('more')
class MoreController extends SearchController {
  @Get('more')
  @Flagged('featureA', { old: 'oldMore' })
  override more(
    @Query('a') a: string,
    @Query('b') b: string,
    @Query('c') c: string,
    @Query('d') d: string,
    @Query('e') e: string,
    @Query('f') f: string,
    ...rest: string[]
  ): object {
    return { more: [a, b, c, d, e, f, ...rest] }
  }
}

describe.each(PLATFORMS)('@Flagged on %s', (platform) => {
  const serveBoth = async (): Promise<{ on: Served; off: Served }> => ({
    on: await serve({ controllers: [SearchController] }, { platform, ...ON }),
    off: await serve({ controllers: [SearchController] }, { platform, ...OFF }),
  })

  it.each(['/above', '/below'])('gives both all that is declared on the one: %s', async (path) => {
    const { on, off } = await serveBoth()

    const answers = [await on.get(`${path}?q=a`), await off.get(`${path}?q=a&limit=3`)]

    expect(answers.map(({ text }) => JSON.parse(text))).toEqual([
      { data: { new: ['search', 'a', 9] } },
      { data: { old: ['search', 'a', 3] } },
    ])
    expect(answers.map(({ status, headers }) => [status, headers.get('x-searched')])).toEqual([
      [202, 'yes'],
      [202, 'yes'],
    ])
    expect((await on.get(`${path}?limit=x`)).status).toBe(400)
    expect((await off.get(`${path}?limit=x`)).status).toBe(400)
  })

  it.each([
    ['/bare', { new: 0 }, { old: 0 }],
    ['/defaults', { new: ['none', 'default'] }, { old: ['old none', 'old default'] }],
    ['/defaults?q=a', { new: ['a', 'default'] }, { old: ['a', 'old default'] }],
    ['/rest?q=a', { new: ['a'] }, { old: ['a'] }],
  ])('fills in what Nest would: %s', async (path, whenOn, whenOff) => {
    const { on, off } = await serveBoth()

    expect(JSON.parse((await on.get(path)).text)).toEqual(whenOn)
    expect(JSON.parse((await off.get(path)).text)).toEqual(whenOff)
  })

  it('returns what the method returns: a promise, an observable, events', async () => {
    const { on, off } = await serveBoth()

    expect([(await on.get('/observable')).text, (await off.get('/observable')).text]).toEqual(['new', 'old'])
    expect((await on.get('/sse')).text).toContain('data: new')
    expect((await off.get('/sse')).text).toContain('data: old')
  })
})

describe('@Flagged', () => {
  it('works inherited, overridden, and called by an override', async () => {
    const parts = { controllers: [InheritedController] }
    const [on, off] = [await serve(parts, ON), await serve(parts, OFF)]

    expect(JSON.parse((await on.get('/inherited/below?q=a')).text)).toEqual({
      data: { new: ['inherited', 'a', 9] },
    })
    expect(JSON.parse((await off.get('/inherited/below?q=a')).text)).toEqual({
      data: { inherited: { old: ['inherited', 'a', 9] } },
    })
    expect(JSON.parse((await on.get('/inherited/above?q=a&extra=e')).text)).toEqual({
      overridden: ['a', 'e', { new: ['inherited', 'a', 1] }],
    })
  })

  it('gives an override all that it takes, though its base class takes less', async () => {
    const parts = { controllers: [MoreController] }
    const [on, off] = [await serve(parts, ON), await serve(parts, OFF)]
    const query = 'a=1&b=2&c=3&d=4&e=5&f=6'
    const all = ['1', '2', '3', '4', '5', '6']

    expect(JSON.parse((await on.get(`/more/more?${query}`)).text)).toEqual({ more: all })
    expect(JSON.parse((await off.get(`/more/more?${query}`)).text)).toEqual({ old: all })
  })

  it('works on a request-scoped controller', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class PerRequest {
      readonly id: object = {}
    }
    const seen = new Set<object>()
    @Controller()
    class ScopedController {
      constructor(@Inject(PerRequest) private readonly perRequest: PerRequest) {}
      @Get()
      @Flagged('featureA', { old: 'old' })
      get(@Query('q') q: string): string {
        seen.add(this.perRequest.id)
        return `new ${q}`
      }
      old(q: string): string {
        seen.add(this.perRequest.id)
        return `old ${q}`
      }
    }
    const parts = { controllers: [ScopedController], providers: [PerRequest] }
    const [on, off] = [await serve(parts, ON), await serve(parts, OFF)]

    expect([(await on.get('/?q=1')).text, (await off.get('/?q=2')).text]).toEqual(['new 1', 'old 2'])
    expect(seen.size).toBe(2)
  })

  it('survives global pipes that take values apart', async () => {
    const taken: unknown[] = []
    const takeApart: PipeTransform = {
      transform: (value: unknown) => {
        taken.push(value)
        return typeof value === 'object' ? structuredClone(value) : value
      },
    }
    @Controller()
    class PipedController {
      @Get()
      @Flagged('featureA', { old: 'old' })
      get(@Query('q') q: string, @Config('limit') limit: number): string {
        return `new ${q} ${limit}`
      }
      old(q: string, limit: number): string {
        return `old ${q} ${limit}`
      }
    }
    const { get } = await serve(
      { controllers: [PipedController] },
      { document: { featureA: true, limit: 3 }, configure: (app) => app.useGlobalPipes(takeApart) },
    )

    expect((await get('/?q=a')).text).toBe('new a 3')
    expect(taken).toContain('a')
  })

  it('refuses, where the class is defined, an old method that is missing or decorated', () => {
    const define = (old: string): unknown => {
      class WrongController {
        decorated(): void {}
        search(): void {}
      }
      const { prototype } = WrongController
      const descriptorOf = (name: string) =>
        Object.getOwnPropertyDescriptor(prototype, name) as PropertyDescriptor
      Get()(prototype, 'decorated', descriptorOf('decorated'))
      return Flagged('featureA', { old })(prototype as never, 'search', descriptorOf('search'))
    }

    expect(() => define('missing')).toThrow(
      expect.objectContaining({
        code: 'OPTIONS_INVALID',
        message: expect.stringMatching(/@Flagged\('featureA'\) on WrongController\.search .*"missing"/),
      }),
    )
    expect(() => define('search')).toThrow(/Name another method/)
    expect(() => define('decorated')).toThrow(/Take its decorators off/)
  })

  it('called by hand, reads the config it runs with, or says that there is none', () => {
    const controller = new SearchController()

    expect(withConfig({ featureA: true }, () => controller.below('a', 1))).toEqual({
      new: ['search', 'a', 1],
    })
    expect(withConfig({ featureA: false }, () => controller.below('a', 1))).toEqual({
      old: ['search', 'a', 1],
    })
    expect(isObservable(withConfig({ featureA: true }, () => controller.observable()))).toBe(true)
    expect(() => controller.below('a', 1)).toThrow(expect.objectContaining({ code: 'CONTEXT_MISSING' }))
  })
})
