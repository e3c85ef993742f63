/**
 * What Nest, of whichever version, runs around routes because of us.
 *
 * Fails when Nest no longer leaves global guards and interceptors without their method out of a route, in
 * `@nestjs/core`, guards/guards-context-creator and interceptors/interceptors-context-creator, or no longer
 * registers routes between `configure()` and `onModuleInit()`, in nest-application.
 *
 * @module
 */
import {
  AppConfigInterceptor,
  AppConfigModule,
  Config,
  currentConfig,
  Flag,
  Flagged,
  memory,
  type NestRequest,
} from '@appconfig-kit/nestjs'
import {
  Controller,
  type DynamicModule,
  type ExecutionContext,
  Get,
  type INestApplication,
  type ModuleMetadata,
  Req,
  UseGuards,
} from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { describe, expect, it, vi } from 'vitest'

const authGuard = {
  canActivate(context: ExecutionContext): boolean {
    Object.assign(context.switchToHttp().getRequest(), { user: 't1' })
    return true
  },
}

@Controller()
class RoutesController {
  @Get('config')
  config(@Config('featureA') featureA: unknown): string {
    return String(featureA)
  }

  @Get('gate')
  @Flag('featureA')
  gate(): string {
    return 'in'
  }

  @Get('bare')
  @Flagged('featureA', { old: 'old' })
  bare(): string {
    return 'new'
  }

  old(): string {
    return 'old'
  }

  @Get('late')
  @UseGuards(authGuard)
  late(@Req() request: { config: object }): string {
    return String(request.config === currentConfig())
  }
}

const GLOBALLY: ModuleMetadata = { providers: [{ provide: APP_GUARD, useValue: authGuard }] }

export function describeNestRoutes(
  name: string,
  create: (module: DynamicModule) => Promise<INestApplication>,
): void {
  describe(`routes of ${name}`, () => {
    it.each([
      ['when a request comes in', () => null, {}, ['config', 'gate', 'bare', 'late']],
      ['by a guard of the route', ({ user }: NestRequest) => user as string | undefined, {}, ['late']],
      [
        'by a global guard',
        ({ user }: NestRequest) => user as string | undefined,
        GLOBALLY,
        ['config', 'gate', 'bare', 'late'],
      ],
    ])('a tenant known %s: routes have no interceptor of ours', async (_, tenant, parts, paths) => {
      const intercept = vi.spyOn(AppConfigInterceptor.prototype, 'intercept')
      const source = memory({ default: { featureA: true } })
      const ours = AppConfigModule.forRoot({
        application: 'api',
        environment: 'prod',
        layers: ['default'],
        source,
        tenant,
      })
      const app = await create({
        module: class AppModule {},
        imports: [ours],
        controllers: [RoutesController],
        ...parts,
      })
      try {
        await app.listen(0, '127.0.0.1')
        const url = await app.getUrl()
        const answers = await Promise.all(paths.map(async (path) => (await fetch(`${url}/${path}`)).text()))

        const expected: Record<string, string> = { config: 'true', gate: 'in', bare: 'new', late: 'true' }
        expect(answers).toEqual(paths.map((path) => expected[path]))
        expect(intercept).not.toHaveBeenCalled()
      } finally {
        await app.close()
      }
    })
  })
}
