/**
 * The service: what it says of the current request, and of a tenant outside of one.
 *
 * @module
 */
import { Controller, Get, Inject } from '@nestjs/common'
import { describe, expect, it } from 'vitest'
import { AppConfigService, type NestRequest, withConfig } from '../src/index.ts'
import { PLATFORMS, serve } from './serve.ts'

interface MyConfig {
  limit: number
  featureA: boolean
  owner?: string
  checkout: { enabled: boolean; _variant?: 'control' | 'oneClick' }
}

@Controller()
class TestController {
  constructor(@Inject(AppConfigService) private readonly appConfig: AppConfigService<MyConfig>) {}

  @Get()
  async get(): Promise<unknown> {
    const { appConfig } = this
    const limit: number = appConfig.get('limit')
    const variant: 'control' | 'oneClick' | undefined = appConfig.variantOf('checkout')
    const other = await appConfig.resolve('t2')
    return {
      limit,
      variant,
      same: appConfig.config.limit === limit,
      featureA: appConfig.isEnabled('featureA'),
      other: other.owner,
      // Not what objects inherit, and no path.
      inherited: appConfig.get('constructor' as 'limit') ?? null,
      path: appConfig.get('checkout.enabled' as 'limit') ?? null,
    }
  }

  mistakes(): void {
    // @ts-expect-error no key of the configuration
    this.appConfig.get('limt')
    // @ts-expect-error a key, but no flag
    this.appConfig.isEnabled('limit')
    // @ts-expect-error no variant of this flag
    this.appConfig.variantOf('checkout') === 'twoClicks'
    // @ts-expect-error configurations are read only
    this.appConfig.config.limit = 1
  }
}

const DOCUMENT = {
  limit: 3,
  featureA: true,
  checkout: {
    enabled: true,
    _variants: [
      { name: 'oneClick', enabled: true, rule: '(eq $plan "pro")' },
      { name: 'control', enabled: true },
    ],
  },
}

describe.each(PLATFORMS)('AppConfigService on %s', (platform) => {
  it('reads keys, flags and variants of the request, and any tenant', async () => {
    const { get, source } = await serve(
      { controllers: [TestController] },
      {
        platform,
        document: DOCUMENT,
        options: {
          tenant: () => 't1',
          context: ({ headers }: NestRequest) => ({ plan: String(headers?.['x-plan']) }),
        },
      },
    )
    source.publish('tenant-t1', { limit: 4 })
    source.publish('tenant-t2', { owner: 't2' })
    const expected = { limit: 4, same: true, featureA: true, other: 't2', inherited: null, path: null }

    expect(JSON.parse((await get('/', { 'x-plan': 'pro' })).text)).toEqual({
      ...expected,
      variant: 'oneClick',
    })
    expect(JSON.parse((await get('/')).text)).toEqual({ ...expected, variant: 'control' })
  })
})

it('outside of a request it says that there is none, and resolves tenants', async () => {
  const { app, source } = await serve({}, { document: DOCUMENT, options: { tenant: () => null } })
  source.publish('tenant-t2', { limit: 8 })
  const appConfig: AppConfigService<MyConfig> = app.get(AppConfigService)

  for (const read of [() => appConfig.get('limit'), () => appConfig.variantOf('checkout')]) {
    expect(read).toThrow(expect.objectContaining({ code: 'CONTEXT_MISSING' }))
  }
  const config = await appConfig.resolve('t2')
  expect(config.limit).toBe(8)
  expect(withConfig(config, () => appConfig.get('limit'))).toBe(8)
})
