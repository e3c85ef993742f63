/** The kit for tests of Koa applications. */
import Koa, { type Context } from 'koa'
import { afterEach, describe, expect, it } from 'vitest'
import { flagged, requireFlag } from '../src/index.ts'
import { contextWith, testAppConfig, testConfig } from '../src/testing.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(app: Koa): Promise<(headers?: Record<string, string>) => Promise<string>> {
  const server = app.listen(0, '127.0.0.1')
  closing.push(() => server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  return async (headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}`, { headers })
    return `${response.status} ${await response.text()}`
  }
}

describe('testAppConfig', () => {
  it('serves what is set, to requests of the tenant in the header, which are decided once', async () => {
    const config = testConfig({ featureA: false }, { tenants: { acme: { featureA: true } } })
    const app = new Koa().use(testAppConfig(config)).use((ctx) => {
      const before = ctx.config['featureA']
      config.set('featureA', true)
      ctx.body = `${before} ${ctx.config['featureA']} ${'config' in ctx.req}`
    })
    const get = await serve(app)

    expect(await get({ 'x-test-tenant': 'acme' })).toBe('200 true true true')
    config.reset()
    expect([await get(), await get()]).toEqual(['200 false false true', '200 true true true'])
  })

  it("takes the application's own options", async () => {
    const config = testConfig({ featureA: false }, { tenants: { acme: { featureA: true } } })
    const middleware = testAppConfig(config, { tenant: (ctx) => ctx.get('x-user') || null })
    const get = await serve(
      new Koa().use(middleware).use((ctx) => {
        ctx.body = ctx.config['featureA']
      }),
    )

    expect(await get({ 'x-user': 'acme' })).toBe('200 true')
    expect(await get({ 'x-test-tenant': 'acme' })).toBe('200 false')
  })
})

describe('contextWith', () => {
  it.each([false, true])(
    'makes contexts for middleware that is called by a unit test: %s',
    async (featureA) => {
      const ctx = contextWith({ featureA, limit: 3 }, { query: { q: 'x' } })
      const answer = (side: string) => (context: Context) => {
        context.body = `${side} ${context.query['q']} ${context.config['limit']}`
      }
      const search = flagged('featureA', answer('old'), answer('new'))

      await search(ctx, async () => {})

      expect(ctx.body).toBe(featureA ? 'new x 3' : 'old x 3')
    },
  )

  it("keeps what it was made with, also a tenant's variant, and passes gates", async () => {
    const _variants = [
      { name: 'b', enabled: true, rule: '(eq $tenantId "acme")' },
      { name: 'a', enabled: false },
    ]
    const config = testConfig({ checkout: { _variants } })
    const ctx = contextWith(config.current('acme'))
    config.set('checkout', false)
    let passed = 0
    await requireFlag('checkout')(ctx, async () => void passed++)

    expect([passed, ctx.config['checkout']]).toEqual([1, { enabled: true, _variant: 'b' }])
  })
})
