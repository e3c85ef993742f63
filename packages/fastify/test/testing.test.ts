/** The kit for tests of Fastify applications. */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flagged, requireFlag } from '../src/index.ts'
import { requestWith, type TestAppConfigOptions, testAppConfig, testConfig } from '../src/testing.ts'

let app: FastifyInstance
beforeEach(() => {
  app = fastify()
})
afterEach(() => app.close())

const config = testConfig({ featureA: false }, { tenants: { acme: { featureA: true } } })
afterEach(() => config.reset())

function serve(options?: TestAppConfigOptions) {
  app.register(testAppConfig(config, options))
  app.get('/', async (request) => {
    const before = request.config['featureA']
    config.set('featureA', true)
    return `${before} ${request.config['featureA']}`
  })
  return async (headers = {}) => (await app.inject({ url: '/', headers })).body
}

describe('testAppConfig', () => {
  it('serves what is set, to requests of the tenant in the header, which are decided once', async () => {
    const get = serve()

    expect(await get({ 'x-test-tenant': 'acme' })).toBe('true true')
    config.reset()
    expect([await get(), await get()]).toEqual(['false false', 'true true'])
  })

  it("takes the application's own options", async () => {
    const get = serve({ tenant: ({ headers }) => (headers['x-user'] as string) ?? null })

    expect(await get({ 'x-user': 'acme' })).toBe('true true')
    config.reset()
    expect(await get({ 'x-test-tenant': 'acme' })).toBe('false false')
  })

  it('serves a second application after the first is closed', async () => {
    await serve()()
    await app.close()
    app = fastify()

    expect(await serve()({ 'x-test-tenant': 'acme' })).toBe('true true')
  })
})

describe('requestWith', () => {
  it.each([false, true])(
    'makes requests for handlers that are called by a unit test: %s',
    async (featureA) => {
      const request = requestWith({ featureA, limit: 3 }, { query: { q: 'x' } })
      const answer = (side: string) => async (asked: FastifyRequest) =>
        `${side} ${(asked.query as { q: string }).q} ${asked.config['limit']}`
      const search = flagged('featureA', answer('old'), answer('new'))

      expect(await search.call(app, request, {} as FastifyReply)).toBe(featureA ? 'new x 3' : 'old x 3')
    },
  )

  it("keeps what it was made with, also a tenant's variant, and passes gates", () => {
    const _variants = [
      { name: 'b', enabled: true, rule: '(eq $tenantId "acme")' },
      { name: 'a', enabled: false },
    ]
    const variants = testConfig({ checkout: { _variants } })
    const request = requestWith(variants.current('acme'))
    variants.set('checkout', false)
    let passed = 0
    requireFlag('checkout').call(app, request, {} as FastifyReply, () => void passed++)

    expect([passed, request.config['checkout']]).toEqual([1, { enabled: true, _variant: 'b' }])
  })
})
