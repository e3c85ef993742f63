/**
 * `@Flag`: where it may stand, what it answers, and when it is asked too early.
 *
 * @module
 */
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  ForbiddenException,
  Get,
  GoneException,
  type Type,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { from, switchMap } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Flag, type NestRequest } from '../src/index.ts'
import { PLATFORMS, type Served, serve } from './serve.ts'

class AuthGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    Object.assign(context.switchToHttp().getRequest<object>(), { user: 't1' })
    return true
  }
}
const tenantOfUser = ({ user }: NestRequest): string | undefined => user as string | undefined

@Flag('classFlag')
@Controller('both')
class BothController {
  static ran = 0

  @Get()
  @Flag('methodFlag')
  both(): string {
    BothController.ran += 1
    return 'in'
  }
}

describe.each(PLATFORMS)('@Flag on %s', (platform) => {
  it.each([
    [true, true, 200],
    [true, false, 404],
    [false, true, 404],
    [false, false, 404],
  ])('on a class (%s) and its method (%s): both must be on', async (classFlag, methodFlag, expected) => {
    BothController.ran = 0
    const { get } = await serve(
      { controllers: [BothController] },
      { platform, document: { classFlag, methodFlag } },
    )

    expect((await get('/both')).status).toBe(expected)
    expect(BothController.ran).toBe(expected === 200 ? 1 : 0)
  })

  it('takes an unknown flag for off', async () => {
    const { get } = await serve(
      { controllers: [BothController] },
      { platform, document: { classFlag: true } },
    )

    expect((await get('/both')).status).toBe(404)
  })

  it('looks like a path nobody serves', async () => {
    const { get } = await serve({ controllers: [BothController] }, { platform })

    const [closed, nowhere] = [await get('/both?q=1'), await get('/nowhere?q=1')]

    expect(closed.text).toBe(nowhere.text.replaceAll('nowhere', 'both'))
    expect(closed.status).toBe(nowhere.status)
  })

  it('answers as it is told', async () => {
    @Controller()
    class AnswersController {
      @Get('status')
      @Flag('off', { status: 403 })
      status(): void {}

      @Get('exception')
      @Flag('off', { exception: (context) => new GoneException(`no ${context.getHandler().name}`) })
      exception(): void {}
    }
    const { get } = await serve({ controllers: [AnswersController] }, { platform })

    expect(await get('/status')).toMatchObject({
      status: 403,
      text: JSON.stringify({ message: 'Forbidden', statusCode: 403 }),
    })
    expect(await get('/exception')).toMatchObject({
      status: 410,
      text: expect.stringContaining('no exception'),
    })
  })

  it('does not flip within a request', async () => {
    let served: Served
    @Controller()
    class FlippingController {
      @Get()
      @Flag('featureA')
      @UseGuards({
        canActivate: async () => {
          await served.deploy({ version: 2, featureA: false })
          return true
        },
      })
      @UseGuards(AuthGuard)
      get(): string {
        return 'in'
      }
    }
    served = await serve({ controllers: [FlippingController] }, { platform, document: { featureA: true } })

    expect((await served.get('/')).status).toBe(200)
    expect((await served.get('/')).status).toBe(404)
  })

  it('is passed by a request whose tenant was found out by a global guard', async () => {
    const { get } = await serve(
      { controllers: [BothController], providers: [{ provide: APP_GUARD, useClass: AuthGuard }] },
      { platform, document: { classFlag: true, methodFlag: true }, options: { tenant: tenantOfUser } },
    )

    expect((await get('/both')).status).toBe(200)
  })
})

describe('@Flag and the guard that finds out the tenant:', () => {
  @Controller()
  class AboveController {
    @Get()
    @Flag('featureA')
    @UseGuards(AuthGuard)
    get(): string {
      return 'in'
    }
  }
  @Controller()
  class BelowController {
    @Get()
    @UseGuards(AuthGuard)
    @Flag('featureA')
    get(): string {
      return 'in'
    }
  }
  @Flag('featureA')
  @Controller()
  class FlagOnClassController {
    @Get()
    @UseGuards(AuthGuard)
    get(): string {
      return 'in'
    }
  }
  @Flag('featureA')
  @UseGuards(AuthGuard)
  @Controller()
  class BothOnClassController {
    @Get()
    get(): string {
      return 'in'
    }
  }
  @UseGuards(AuthGuard)
  @Flag('featureA')
  @Controller()
  class BelowOnClassController {
    @Get()
    get(): string {
      return 'in'
    }
  }
  @UseGuards(AuthGuard)
  @Controller()
  class AuthOnClassController {
    @Get()
    @Flag('featureA')
    get(): string {
      return 'in'
    }
  }

  const asked = (controller: Type, featureA: boolean): Promise<Served> =>
    serve({ controllers: [controller] }, { document: { featureA }, options: { tenant: tenantOfUser } })

  it.each([
    ['above it', AboveController],
    ['above it, both on the class', BothOnClassController],
    ['below a class that has it', AuthOnClassController],
  ])('%s, it knows', async (_, controller) => {
    expect((await (await asked(controller, true)).get('/')).status).toBe(200)
    expect((await (await asked(controller, false)).get('/')).status).toBe(404)
  })

  it.each([
    ['below it', BelowController],
    ['below it, both on the class', BelowOnClassController],
    ['on the class of a method that has it', FlagOnClassController],
  ])('%s, it is an error that names the fix, on or off', async (_, controller) => {
    for (const featureA of [true, false]) {
      const served = await asked(controller, featureA)
      const errors: string[] = []
      served.app.useLogger({
        log() {},
        warn() {},
        error: (message: unknown) => void errors.push(String(message)),
      })

      expect((await served.get('/')).status).toBe(500)
      expect(errors.join()).toContain('TENANT_NOT_KNOWN_YET')
      expect(errors.join()).toMatch(/@Flag\('featureA'\).*APP_GUARD.*@Flag above its @UseGuards/)
    }
  })

  it('is decided once, by the first who knows', async () => {
    let asked = 0
    const { get } = await serve(
      { controllers: [AboveController] },
      {
        document: { featureA: true },
        options: {
          tenant: async ({ user }) => {
            asked += 1
            return user as string | undefined
          },
        },
      },
    )

    expect((await get('/')).status).toBe(200)
    // Before all guards, in vain; by @Flag; and never again.
    expect(asked).toBe(2)
  })

  it('lets a request pass that asks for no configuration, and one that has no tenant', async () => {
    @Controller()
    class LoginController {
      @Get('login')
      login(): string {
        return 'who are you?'
      }
      @Get('public')
      @Flag('featureA')
      public(): string {
        return 'in'
      }
    }
    const { get } = await serve(
      { controllers: [LoginController] },
      {
        document: { featureA: true },
        options: { tenant: ({ url }) => (url === '/public' ? null : undefined) },
      },
    )

    expect((await get('/login')).text).toBe('who are you?')
    expect((await get('/public')).text).toBe('in')
  })

  it('leaves what another guard forbids forbidden', async () => {
    @Flag('featureA')
    @Controller()
    class ForbiddenController {
      @Get()
      @UseInterceptors({ intercept: (_, next) => from([1]).pipe(switchMap(() => next.handle())) })
      @UseGuards({
        canActivate: () => {
          throw new ForbiddenException()
        },
      })
      get(): void {}
    }
    const { get } = await serve({ controllers: [ForbiddenController] }, { document: { featureA: true } })

    expect((await get('/')).status).toBe(403)
  })
})
