/**
 * Providers made for a request, or for all requests of a tenant (durable): whose configuration they see.
 *
 * @module
 */
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Get,
  Inject,
  Injectable,
  Scope,
  UseGuards,
} from '@nestjs/common'
import {
  type ContextId,
  ContextIdFactory,
  type ContextIdResolver,
  type ContextIdStrategy,
  type HostComponentInfo,
  REQUEST,
} from '@nestjs/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppConfigService, type NestRequest } from '../src/index.ts'
import { PLATFORMS, type Platform, type Served, serve } from './serve.ts'

const tenantOf = (request: NestRequest): string => String(request.headers?.['x-tenant'])

/** How many of each were made. */
let made: Record<string, number>
beforeEach(() => {
  made = { PerRequest: 0, Durable: 0 }
})

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  readonly atConstruction: unknown
  constructor(@Inject(AppConfigService) readonly appConfig: AppConfigService) {
    made['PerRequest'] = (made['PerRequest'] ?? 0) + 1
    this.atConstruction = appConfig.get('owner')
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class Durable {
  constructor(
    @Inject(AppConfigService) private readonly appConfig: AppConfigService,
    @Inject(REQUEST) readonly payload: { tenant: string },
  ) {
    made['Durable'] = (made['Durable'] ?? 0) + 1
  }

  async owners(): Promise<unknown[]> {
    const before = this.appConfig.get('owner')
    await new Promise((resolve) => setImmediate(resolve))
    return [before, this.appConfig.get('owner'), this.appConfig.config['version']]
  }
}

@Controller()
class ScopedController {
  constructor(@Inject(PerRequest) private readonly perRequest: PerRequest) {}
  @Get('request')
  get(): unknown[] {
    return [this.perRequest.atConstruction, this.perRequest.appConfig.get('owner')]
  }
}

@Controller()
class DurableController {
  constructor(@Inject(Durable) private readonly durable: Durable) {}
  @Get('durable')
  async get(): Promise<unknown[]> {
    return [this.durable.payload.tenant, ...(await this.durable.owners())]
  }
}

/** As in Nest's documentation: one tree of durable providers for each key. */
function strategyBy(keyOf: (tenant: string) => string): ContextIdStrategy {
  const trees = new Map<string, ContextId>()
  return {
    attach(contextId: ContextId, request: NestRequest): ContextIdResolver {
      const key = keyOf(tenantOf(request))
      const tree = trees.get(key) ?? ContextIdFactory.create()
      trees.set(key, tree)
      return {
        resolve: ({ isTreeDurable }: HostComponentInfo) => (isTreeDurable ? tree : contextId),
        payload: { tenant: key },
      }
    },
  }
}
afterEach(() => ContextIdFactory.apply({ attach: () => undefined }))

const TENANTS = ['t1', 't2', 't3']

async function serveScoped(platform: Platform): Promise<Served> {
  const served = await serve(
    { controllers: [ScopedController, DurableController], providers: [PerRequest, Durable] },
    { platform, options: { tenant: tenantOf } },
  )
  for (const owner of TENANTS) served.source.publish(`tenant-${owner}`, { owner })
  return served
}

/** Asks for all tenants at once, `rounds` times. */
async function askAll({ get }: Served, path: string, rounds: number): Promise<[string, unknown[]][]> {
  const asked = Array.from({ length: rounds }, () => TENANTS).flat()
  return Promise.all(
    asked.map(async (tenant): Promise<[string, unknown[]]> => {
      const { status, text } = await get(path, { 'x-tenant': tenant })
      expect({ status, text }).toMatchObject({ status: 200 })
      return [tenant, JSON.parse(text)]
    }),
  )
}

describe.each(PLATFORMS)('on %s', (platform) => {
  it('a provider per request sees its request, in its constructor, too', async () => {
    const served = await serveScoped(platform)

    for (const [tenant, owners] of await askAll(served, '/request', 4)) {
      expect(owners).toEqual([tenant, tenant])
    }
    expect(made['PerRequest']).toBe(12)
  })

  it('a durable provider is shared by the requests of a tenant, and sees the one it works for', async () => {
    ContextIdFactory.apply(strategyBy((tenant) => tenant))
    const served = await serveScoped(platform)

    for (const [tenant, seen] of await askAll(served, '/durable', 5)) {
      expect(seen).toEqual([tenant, tenant, tenant, 1])
    }
    // Not one for each request: this test is of providers that last.
    expect(made['Durable']).toBe(TENANTS.length)

    await served.deploy({ version: 2 })
    for (const [tenant, seen] of await askAll(served, '/durable', 1)) {
      expect(seen).toEqual([tenant, tenant, tenant, 2])
    }
    expect(made['Durable']).toBe(TENANTS.length)
  })

  it('a durable provider that tenants share by mistake sees no other tenant’s configuration', async () => {
    ContextIdFactory.apply(strategyBy(() => 'everybody'))
    const served = await serveScoped(platform)

    for (const [tenant, seen] of await askAll(served, '/durable', 5)) {
      expect(seen).toEqual(['everybody', tenant, tenant, 1])
    }
    expect(made['Durable']).toBe(1)
  })

  it('a constructor per request runs before the guards: too early for a tenant that one of them finds', async () => {
    class AuthGuard implements CanActivate {
      canActivate(context: ExecutionContext): boolean {
        const request = context.switchToHttp().getRequest<NestRequest>()
        return Boolean(Object.assign(request, { user: tenantOf(request) }))
      }
    }
    class Lazy {
      constructor(readonly appConfig: AppConfigService) {}
    }
    const lazy = { provide: Lazy, scope: Scope.REQUEST, inject: [AppConfigService], useFactory: makeLazy }
    function makeLazy(appConfig: AppConfigService): Lazy {
      return new Lazy(appConfig)
    }
    @Controller()
    @UseGuards(AuthGuard)
    class LazyController {
      constructor(@Inject(Lazy) private readonly lazy: Lazy) {}
      @Get('lazy')
      get(): unknown {
        return this.lazy.appConfig.get('owner')
      }
    }
    @UseGuards(AuthGuard)
    class EagerController extends ScopedController {}
    Controller()(EagerController)
    const logged: unknown[] = []
    const served = await serve(
      { controllers: [EagerController, LazyController], providers: [PerRequest, lazy] },
      {
        platform,
        options: { tenant: ({ user }) => user as string | undefined },
        configure: (app) =>
          app.useLogger({ log() {}, warn() {}, error: (text: unknown) => logged.push(text) }),
      },
    )
    served.source.publish('tenant-t1', { owner: 't1' })
    const headers = { 'x-tenant': 't1' }

    expect((await served.get('/lazy', headers)).text).toBe('t1')
    expect((await served.get('/request', headers)).status).toBe(500)
    expect(logged.map(String)).toEqual([expect.stringContaining('TENANT_NOT_KNOWN_YET')])
  })
})
